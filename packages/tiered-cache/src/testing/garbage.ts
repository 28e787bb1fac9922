/**
 * Records that are no entries, made anew at each call: what a tier reads where somebody else wrote, a disk failed or a
 * later version of the format came back.
 */
export const GARBAGE: readonly (() => unknown)[] = [
  () => null,
  () => 0,
  () => '',
  () => 'x\u0000\ufffd{',
  () => true,
  () => [],
  () => ({}),
  () => new Uint8Array([0, 255, 0]),
  () => ({ value: 'an entry without instants' }),
  () => ({ ...wholeEntry(), staleAt: Number.NaN }),
  () => ({ ...wholeEntry(), expiresAt: '2100-01-01' }),
  () => ({ ...wholeEntry(), storedAt: undefined }),
  () => ({ ...wholeEntry(), stamps: undefined }),
  () => ({ ...wholeEntry(), stamps: [null] }),
  () => ({ ...wholeEntry(), staleAt: 2, expiresAt: 1 }),
]

function wholeEntry(): object {
  const storedAt = Date.now()
  const expiresAt = storedAt + 3_600_000
  return { value: 'garbage', storedAt, staleAt: expiresAt, expiresAt, loadMs: 0, etag: undefined, stamps: [] }
}
