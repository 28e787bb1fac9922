import type { Clock } from '@org/tiered-cache'
import { gate } from '@org/testkit'
import { type FewNode, FewNodes, type FewNodeOptions } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'

/** Two nodes of a kind, and what they share. */
export interface TwoNodes {
  readonly nodes: FewNodes
  readonly a: FewNode
  readonly b: FewNode
}

/** Two nodes that hold nothing and have heard everything so far. */
export async function twoNodes(options: FewNodeOptions = {}, nodes: FewNodes = new FewNodes()): Promise<TwoNodes> {
  return { nodes, a: await nodes.start(options), b: await nodes.start(options) }
}

/** Both nodes hold v1 in every tier, and have heard of it. */
export async function twoNodesWithV1(options: FewNodeOptions = {}, nodes?: FewNodes): Promise<TwoNodes> {
  const all = await twoNodes(options, nodes)
  await all.a.cache.set('k', 'v1')
  all.a.bus.run()
  all.b.bus.run()
  await all.b.cache.get('k')
  await all.b.cache.idle()
  return all
}

/** The clock of the nodes, whose time of day is `ms` ahead. */
export function clockAhead({ clock }: FewNodes, ms: number): Clock {
  return {
    now: () => clock.now() + ms,
    monotonic: () => clock.monotonic(),
    setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
  }
}

/** A load whose loader answers when it is told to. */
export function slowLoad(node: FewNode): { readonly open: (value: string) => void; readonly loading: Promise<string> } {
  const value = gate<string>()
  return { open: (loaded) => value.open(loaded), loading: node.cache.getOrSet('k', () => value.promise) }
}

/** What a read answers that Redis executes before `meanwhile` and answers after it. */
export async function readDuring(node: FewNode, meanwhile: () => Promise<void>): Promise<string | undefined> {
  node.redis.hold('get')
  const reading = node.cache.get('k')
  await settled()
  const held = node.redis.next('get')
  held.takeEffect()
  await meanwhile()
  held.answer()
  const value = await reading
  node.redis.hold()
  return value
}
