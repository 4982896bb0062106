import { describe, expect, it } from 'vitest'
import { openingBounds } from './bounds'

const laptop = { x: 0, y: 0, width: 1440, height: 860 }
const monitor = { x: 1440, y: 0, width: 2560, height: 1400 }
const onMonitor = { x: 2000, y: 100, width: 1500, height: 900 }

describe('where a window opens', () => {
  it('is at first the default size, wherever the system puts it', () => {
    expect(openingBounds(null, [laptop])).toEqual({ width: 1280, height: 800 })
  })

  it('is where it was closed', () => {
    expect(openingBounds(onMonitor, [laptop, monitor])).toEqual(onMonitor)
  })

  it('keeps its size when its screen is gone', () => {
    expect(openingBounds(onMonitor, [laptop])).toEqual({ width: 1500, height: 900 })
  })

  it('is never where its title bar cannot be reached', () => {
    expect(openingBounds({ x: 100, y: -900, width: 1200, height: 1000 }, [laptop])).not.toHaveProperty('x')
    expect(openingBounds({ x: 1400, y: 10, width: 1200, height: 800 }, [laptop])).not.toHaveProperty('x')
  })

  it('is never smaller than it can be used', () => {
    expect(openingBounds({ x: 10, y: 10, width: 20, height: 20 }, [laptop])).toMatchObject({ width: 1000, height: 650 })
  })
})
