import type { RolldownOptions } from 'rolldown'

/**
 * How a package is bundled: its entries and what they share, without other packages. Constants stay `const`: V8's compiler takes
 * those for what they are, where it looks up a `var` or a binding of another module at each use; a memory hit takes a third longer
 * so.
 */
export function bundle(input: Readonly<Record<string, string>>): RolldownOptions {
  return {
    input,
    platform: 'node',
    external: /^[^./]/,
    transform: { target: 'node22.19' },
    output: { dir: 'dist', sourcemap: true },
  }
}
