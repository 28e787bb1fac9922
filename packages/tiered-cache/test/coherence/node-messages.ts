/** How one life of a node is made. */
export interface NodeSetting {
  readonly redisUrl: string
  readonly busUrl: string
  readonly prefix: string
  readonly stream: string
  /** Of its lasting tier, which a later life finds again; `undefined` without one. */
  readonly directory: string | undefined
  readonly maxEntries: number
  readonly ttlMs: number
  readonly graceMs: number
  /** `false`: without leases, which the checker has to notice. */
  readonly lease: { readonly duration: number } | false
  /** The share of messages that the bus loses on the way out and in, 0 to 1: for the checker to notice. */
  readonly lostShare: number
  /** Values are stored with tags: then loads of nodes that want different ones may give up the lease. */
  readonly hasTags: boolean
}

/** A call of the cache that the parent orders; `call` is the number by which it is answered. */
export type NodeCall =
  | { readonly do: 'start'; readonly setting: NodeSetting }
  | KeyCall
  | { readonly do: 'invalidate'; readonly space: string; readonly tags: number; readonly mode: 'delete' | 'expire' }
  | { readonly do: 'clear a namespace'; readonly space: string }
  | { readonly do: 'clear' | 'stop' }

/** One of a key, which is as tiers have it, with the prefix of a namespace; `tags` are a set, one bit for each. */
export type KeyCall =
  | { readonly do: 'get' | 'getOrSet'; readonly key: string; readonly tags: number }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'set'; readonly key: string; readonly version: number; readonly tags: number }

/** What the parent tells a process of a node. */
export type NodeCommand =
  | (NodeCall & { readonly call: number })
  /** What the database answers to a load; without a version it is away. */
  | { readonly do: 'answer'; readonly load: number; readonly version?: number | undefined }

/** How a call went. */
export interface CallAnswer {
  /** A version with the tags that it was stored with. */
  readonly value?: number | undefined
  readonly reached?: boolean | undefined
  /** The name and the words of what it rejected with. */
  readonly error?: string | undefined
  /** Nothing that a life before this one has left was read by this call before the bus had told what was missed meanwhile. */
  readonly knewPast: boolean
  /** How many invalidations all tiers of the node wait for, after the call. */
  readonly pending: number
  /** Whether Redis answers the node, after the call. */
  readonly available: boolean
}

/** One loader that asks the database. */
export interface ToldLoad {
  readonly load: number
  readonly key: string
  /** When its lease was asked for; without leases when it begins; `undefined` where it has none. */
  readonly leasedAfter?: number | undefined
  /** Redis has answered this node all the time: it is to have a lease. */
  readonly isDue: boolean
}

/** A delete of the node in Redis, which wipes the lease of the key, or the release of its lease; instants of the one clock of the machine. */
export interface ToldDelete {
  readonly key: string
  readonly from: number
  readonly until: number
}

/** What a process of a node tells the parent. */
export type NodeTelling =
  | { readonly tell: 'blank' }
  | { readonly tell: 'ended'; readonly call: number; readonly answer: CallAnswer }
  /** A loader runs and asks the database. */
  | ({ readonly tell: 'load' } & ToldLoad)
  | ({ readonly tell: 'deleted' } & ToldDelete)
  /** All messages of the bus up to this one have been handled. */
  | { readonly tell: 'heard'; readonly cursor: string }
