/** Who sent a packet. A number, as it indexes what is kept for both. */
export type Role = 0 | 1
export const CLIENT: Role = 0
export const SERVER: Role = 1
export const otherRole = (role: Role): Role => (role === CLIENT ? SERVER : CLIENT)
