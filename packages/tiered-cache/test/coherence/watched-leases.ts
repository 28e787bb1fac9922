import type { LeaseAuthority, Tier } from '@org/tiered-cache'
import type { ToldDelete } from './node-messages.ts'

/** An instant on the one monotonic clock of the machine, in milliseconds: processes may compare them. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** The leases that a node was given and no load has used yet. */
export class WatchedLeases {
  readonly #granted = new Map<string, Map<string, number>>()

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
    return Object.assign(tier, { delete: watchedDelete, lease: lease && this.#watched(lease) })
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

  #watched(lease: LeaseAuthority): LeaseAuthority {
    const released = new Set<string>()
    return {
      durationMs: lease.durationMs,
      acquire: async (key, token, seen) => {
        const asked = machineMs()
        const grant = await lease.acquire(key, token, seen)
        if (grant.state === 'granted' && !released.has(token)) this.#of(key).set(token, asked)
        return grant
      },
      release: (key, token) => {
        released.add(token)
        this.#of(key).delete(token)
        return lease.release(key, token)
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
