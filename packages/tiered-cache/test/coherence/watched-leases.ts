import type { LeaseAuthority, Tier } from '@org/tiered-cache'
import type { ToldDelete } from './node-messages.ts'

/** An instant on the one monotonic clock of the machine, in milliseconds: processes may compare them. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** The leases that a node was given and no load has used yet. */
export class WatchedLeases {
  readonly #granted = new Map<string, Map<string, number>>()
  /** By key, how many were given up before their load began: a write of this node had overtaken it. */
  readonly #givenUp = new Map<string, number>()

  /** The tier, with an eye on its leases and on what wipes them. */
  watch(tier: Tier, deleted: (fact: ToldDelete) => void): Tier {
    const { lease } = tier
    const plainDelete = tier.delete.bind(tier)
    const watchedDelete: Tier['delete'] = async (key, cause) => {
      const from = machineMs()
      try {
        await plainDelete(key, cause)
      } finally {
        deleted({ key, from, until: machineMs() })
      }
    }
    return Object.assign(tier, { delete: watchedDelete, lease: lease && this.#watched(lease, deleted) })
  }

  /** Takes a lease of the key for a load that begins; the answer is when it was asked for, `undefined` where there is none. */
  use(key: string): number | undefined {
    const granted = this.#granted.get(key)
    // The newest: one whose answer came too late for its own load may be there too.
    const newest = [...(granted ?? [])].at(-1)
    if (newest === undefined) return undefined
    granted?.delete(newest[0])
    return newest[1]
  }

  /** Whether a load of the key that begins without a lease may be one whose lease was given up. */
  takeGivenUp(key: string): boolean {
    const givenUp = this.#givenUp.get(key) ?? 0
    this.#givenUp.set(key, Math.max(0, givenUp - 1))
    return givenUp > 0
  }

  #watched(lease: LeaseAuthority, deleted: (fact: ToldDelete) => void): LeaseAuthority {
    const released = new Set<string>()
    return {
      durationMs: lease.durationMs,
      acquire: async (key, token, seen) => {
        const asked = machineMs()
        const grant = await lease.acquire(key, token, seen)
        if (grant.state === 'granted' && !released.has(token)) this.#of(key).set(token, asked)
        return grant
      },
      release: async (key, token) => {
        const from = machineMs()
        released.add(token)
        if (this.#of(key).delete(token)) this.#givenUp.set(key, (this.#givenUp.get(key) ?? 0) + 1)
        try {
          await lease.release(key, token)
        } finally {
          deleted({ key, from, until: machineMs() })
        }
      },
      stake: (key, token) => lease.stake(key, token),
      renew: (key, token) => lease.renew(key, token),
      fill: (key, token, entry) => lease.fill(key, token, entry),
    }
  }

  #of(key: string): Map<string, number> {
    const granted = this.#granted.get(key) ?? new Map<string, number>()
    this.#granted.set(key, granted)
    return granted
  }
}
