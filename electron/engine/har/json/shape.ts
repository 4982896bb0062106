/**
 * Thins a JSON token stream down to the members that are wanted: everything else becomes `null` (or, beyond a list's limit,
 * nothing) before a value is built.
 * What a parser then holds is bounded by the shape, not by what a file puts into it.
 */
import { TokenType } from '@streamparser/json'

export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Shape> }
  /** Items after the `limit`th are dropped. */
  | { readonly kind: 'list'; readonly item: Shape; readonly limit: number }

export const scalar: Shape = { kind: 'scalar' }
export const object = (members: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'object',
  members: new Map(Object.entries(members)),
})
export const list = (item: Shape, limit: number): Shape => ({ kind: 'list', item, limit })

type Scalar = string | number | boolean | null
export interface Token {
  readonly token: TokenType
  readonly value: Scalar
}

interface Level {
  readonly shape: Shape
  /** Within an object: the next string is a key. */
  expectsKey: boolean
  /** The shape of the value that comes next; undefined if it is not wanted. */
  next: Shape | undefined
  items: number
}

const NULL: Token = { token: TokenType.NULL, value: null }

/** Deepest nesting a document may have; deeper ones are an attack, not a HAR. */
const MAX_DEPTH = 1000

export class ShapeFilter {
  private readonly levels: Level[] = []
  private skipDepth = 0
  private leaveNull = false

  /**
   * `emit` gets the tokens that are left; `onKey` each key of the document's root object, wanted or not;
   * `onEnter` the shape of each wanted list or object as it opens.
   */
  constructor(
    private readonly root: Shape,
    private readonly stringLimit: number,
    private readonly emit: (token: Token) => void,
    private readonly onKey: (key: string) => void,
    private readonly onEnter: (shape: Shape) => void,
  ) {}

  write(token: Token): void {
    if (this.skipDepth > 0) return this.skip(token)
    const level = this.levels[this.levels.length - 1]
    switch (token.token) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        if (level !== undefined && this.isFull(level)) return this.startSkipping(false)
        return this.open(token, this.wanted(level))
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.levels.pop()
        return this.emit(token)
      case TokenType.COLON:
        return this.emit(token)
      case TokenType.COMMA:
        if (level?.shape.kind === 'object') level.expectsKey = true
        else if (level !== undefined && this.isFull(level)) return
        return this.emit(token)
      default:
        return this.scalar(token, level)
    }
  }

  private isFull(level: Level): boolean {
    return level.shape.kind === 'list' && level.items >= level.shape.limit
  }

  private wanted(level: Level | undefined): Shape | undefined {
    if (level === undefined) return this.root
    if (level.shape.kind !== 'list') return level.next
    level.items += 1
    return level.shape.item
  }

  private open(token: Token, shape: Shape | undefined): void {
    const kind = token.token === TokenType.LEFT_BRACE ? 'object' : 'list'
    if (shape?.kind !== kind) return this.startSkipping(true)
    this.levels.push({ shape, expectsKey: kind === 'object', next: undefined, items: 0 })
    this.onEnter(shape)
    this.emit(token)
  }

  private startSkipping(leaveNull: boolean): void {
    this.skipDepth = 1
    this.leaveNull = leaveNull
  }

  private skip(token: Token): void {
    if (token.token === TokenType.LEFT_BRACE || token.token === TokenType.LEFT_BRACKET) {
      this.skipDepth += 1
      if (this.skipDepth > MAX_DEPTH) throw new Error(`nested more than ${MAX_DEPTH} deep`)
    } else if (token.token === TokenType.RIGHT_BRACE || token.token === TokenType.RIGHT_BRACKET) {
      this.skipDepth -= 1
      if (this.skipDepth === 0 && this.leaveNull) this.emit(NULL)
    }
  }

  private scalar(token: Token, level: Level | undefined): void {
    if (level?.expectsKey === true && level.shape.kind === 'object' && typeof token.value === 'string') {
      level.expectsKey = false
      level.next = level.shape.members.get(token.value)
      if (this.levels.length === 1) this.onKey(token.value)
      return this.emit(level.next === undefined ? { ...token, value: '' } : token)
    }
    if (level !== undefined && this.isFull(level)) return
    const shape = this.wanted(level)
    if (shape?.kind !== 'scalar') return this.emit(NULL)
    const { value } = token
    this.emit(
      typeof value === 'string' && value.length > this.stringLimit
        ? { ...token, value: value.slice(0, this.stringLimit) }
        : token,
    )
  }
}
