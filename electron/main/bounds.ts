export interface Bounds {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowPlace {
  readonly bounds: Bounds
  readonly maximized: boolean
}

export const DEFAULT_SIZE = { width: 1280, height: 800 } as const
export const MINIMUM_SIZE = { width: 1000, height: 650 } as const

/** Enough of the title bar to take hold of, in device-independent pixels. */
const GRIP = { width: 120, height: 40 } as const

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom)

const graspable = (window: Bounds, area: Bounds): boolean =>
  overlap(window.x, window.width, area.x, area.width) >= GRIP.width &&
  overlap(window.y, GRIP.height, area.y, area.height) >= GRIP.height

/** The size a window opens with, and its position if that is still on a screen (a monitor may be gone). */
export function openingBounds(
  saved: Bounds | null,
  workAreas: readonly Bounds[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } {
  if (saved === null) return DEFAULT_SIZE
  const size = { width: Math.max(saved.width, MINIMUM_SIZE.width), height: Math.max(saved.height, MINIMUM_SIZE.height) }
  return workAreas.some((area) => graspable(saved, area)) ? { ...size, x: saved.x, y: saved.y } : size
}
