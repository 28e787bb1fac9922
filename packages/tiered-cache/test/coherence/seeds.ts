import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, type RedisServer, seededRandom, startRedis } from '@org/testkit'
import { History } from './history.ts'
import type { Plan } from './plan.ts'
import { ProcessPool } from './process-pool.ts'
import { checkRest } from './rest.ts'
import { SharedRedis } from './shared-redis.ts'

const SPARE_PROCESSES = 2

/** What one seed came to. */
export interface SeedOutcome {
  readonly seed: number
  readonly violations: readonly string[]
  /** All that happened, in order. */
  readonly lines: readonly string[]
  /** How many loads were checked to be alone with their lease. */
  readonly checkedLoads: number
}

/** A Redis and processes for any number of histories, one after the other. */
export class Seeds {
  readonly #redis: RedisServer
  readonly #pool: ProcessPool
  readonly #directory: string

  constructor(redis: RedisServer) {
    this.#redis = redis
    this.#pool = new ProcessPool(SPARE_PROCESSES)
    this.#directory = mkdtempSync(join(tmpdir(), 'coherence-'))
  }

  static async open(): Promise<Seeds> {
    return new Seeds(await startRedis())
  }

  /** The choices of a seed are always the same; the pace of processes is not. */
  async play(seed: number, planned: (random: Random) => Plan): Promise<SeedOutcome> {
    const random = seededRandom(seed)
    const plan = planned(random)
    const [prefix, stream] = [`coherence:${seed}:`, `coherence-bus:${seed}`]
    const redis = new SharedRedis(this.#redis, prefix, stream, plan.sabotage.lease !== 'off')
    const directory = join(this.#directory, String(seed))
    const { port: redisPort } = this.#redis
    const history = new History({ random, plan, redis, redisPort, pool: this.#pool, prefix, stream, directory })
    try {
      await redis.open()
      await history.begin()
      await history.play()
      await history.calmDown()
      await checkRest(history, redis, plan.keys, random)
    } finally {
      await history.end()
      await redis.flush()
      await redis.close()
      rmSync(directory, { recursive: true, force: true })
    }
    const { violations, lines } = history.ledger
    return { seed, violations, lines, checkedLoads: history.watch.checked }
  }

  async close(): Promise<void> {
    await this.#pool.end()
    await this.#redis.stop()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
