/**
 * The Huffman code of RFC 7541 appendix B, which RFC 9204 uses too. The code is canonical: codes of the same length count up
 * in the order of their symbols, and each length begins where the one before ended. So the lengths are all there is to know.
 */

/** End of string: only its first bits ever appear, as padding (§5.2). */
export const EOS = 256

const printable = (text: string): readonly number[] => Array.from(text, (c) => c.charCodeAt(0))
const listed = (text: string): readonly number[] =>
  text.split(' ').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })

/** Bits → the symbols whose codes have so many, in ascending order. */
export const SYMBOLS_BY_LENGTH: ReadonlyMap<number, readonly number[]> = new Map([
  [5, printable('012aceiost')],
  [6, printable(' %-./3456789=A_bdfghlmnpru')],
  [7, printable(':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz')],
  [8, printable('&*,;XZ')],
  [10, printable('!"()?')],
  [11, printable("'+|")],
  [12, printable('#>')],
  [13, listed('0 36 64 91 93 126')],
  [14, printable('^}')],
  [15, printable('<`{')],
  [19, listed('92 195 208')],
  [20, listed('128 130 131 162 184 194 224 226')],
  [21, listed('153 161 167 172 176 177 179 209 216-217 227 229-230')],
  [22, listed('129 132-134 136 146 154 156 160 163-164 169-170 173 178 181 185-187 189-190 196 198 228 232-233')],
  [23, listed('1 135 137-141 143 147 149-152 155 157-158 165-166 168 174-175 180 182-183 188 191 197 231 239')],
  [24, listed('9 142 144-145 148 159 171 206 215 225 236-237')],
  [25, listed('199 207 234-235')],
  [26, listed('192-193 200-202 205 210 213 218-219 238 240 242-243 255')],
  [27, listed('203-204 211-212 214 221-223 241 244-248 250-254')],
  [28, listed('2-8 11-12 14-21 23-31 127 220 249')],
  [30, listed('10 13 22 256')],
])
