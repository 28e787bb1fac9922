import type { EvictionPolicy } from './policy.ts'

/** How often the slot was used of late, as far as four bits count. */
export const FREQUENCY = 0x0f
/** The policy wants to be told when the slot is used, unless it was so since the policy last looked. */
export const TOLD = 0x40
/** The slot was used since the policy last looked. */
export const USED = 0x80
// Bits 4 and 5 are the policy's own.

/** The byte of a slot that was used once more. */
export function usedByte(byte: number): number {
  return ((byte & FREQUENCY) === FREQUENCY ? byte : byte + 1) | USED
}

/** Whether the policy is to be told of a use, by the byte as it was before. */
export function isTold(byte: number): boolean {
  return (byte & (TOLD | USED)) === TOLD
}

/**
 * A policy that keeps one byte for each slot, so that whoever has the bytes at hand can count a use without calling it: the path of
 * a hit. It is told only where the byte says so.
 */
export interface CountedPolicy extends EvictionPolicy {
  /** By slot; another array after `grow`. */
  readonly bytes: Uint8Array
  /** A slot whose byte asks for it was used; the byte has been written. */
  told(slot: number): void
}
