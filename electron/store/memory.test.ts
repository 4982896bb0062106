import { describe, expect, it } from 'vitest'
import { openDatabase } from './database'
import { MemoryGate, memoryLimit } from './memory'
import { rowChunks } from './stream'

const MB = 1 << 20
const outOfMemory = (): Error => new Error('Out of Memory Error: could not allocate block of size 256.0 KiB')

describe('the memory limit', () => {
  it('is an eighth of the machine’s, within bounds', () => {
    expect([1, 4, 64].map((gigabytes) => memoryLimit(gigabytes * 1024 * MB) / MB)).toEqual([256, 512, 1024])
  })
})

describe('statements that run out of memory', () => {
  it('run again alone, and with more where that does not help', async () => {
    const raised: number[] = []
    const gate = new MemoryGate(100, (limit) => Promise.resolve(void raised.push(limit)), 350)
    let running = 0
    let together = 0
    const needs = (memory: number) => async (): Promise<number> => {
      running++
      together = Math.max(together, running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      const alone = running === 1
      running--
      if (!alone || memory > (raised.at(-1) ?? 100)) throw outOfMemory()
      return memory
    }
    expect(await Promise.all([50, 300, 150, 80].map((memory) => gate.run(needs(memory))))).toEqual([50, 300, 150, 80])
    expect(together).toBe(4)
    expect(raised).toEqual([200, 350])
    await expect(gate.run(needs(400))).rejects.toThrow('Out of Memory Error')
    expect(await gate.run(needs(10))).toBe(10)
  })

  it('are not confused with those that fail otherwise', async () => {
    const gate = new MemoryGate(100, () => Promise.reject(new Error('not asked')), 1000)
    await expect(gate.run(() => Promise.reject(new Error('Parser Error: no')))).rejects.toThrow('Parser Error')
  })

  // A list cannot be spilled.
  it('end as they should in a real database that has too little', async () => {
    const db = await openDatabase(24 * MB)
    try {
      const sql = 'SELECT len(list(i))::DOUBLE AS n FROM range(4000000) t(i)'
      const run = () => db.lend(async (connection) => (await connection.runAndReadAll(sql)).getRowObjects())
      const rows = async () => {
        const all = []
        for await (const chunk of db.stream((connection) => rowChunks(connection, sql))) all.push(...chunk)
        return all
      }
      const expected = [{ n: 4_000_000 }]
      expect(await Promise.all([run(), rows(), run()])).toEqual([expected, expected, expected])
    } finally {
      await db.close()
    }
  })
})
