import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/fetch.ts', 'src/testing/index.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  dts: false,
  sourcemap: true,
  clean: true,
  treeshake: true,
})
