import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  dts: false,
  sourcemap: true,
  treeshake: true,
}

// Index and http share one file with one AsyncLocalStorage in it. The command is a file of its own: split off from
// these it would cut them into more files, each of which costs the import of a program a millisecond.
export default defineConfig([
  { ...shared, entry: ['src/index.ts', 'src/http/index.ts'] },
  { ...shared, entry: { 'pretty/main': 'src/pretty/main.ts' }, splitting: false },
])
