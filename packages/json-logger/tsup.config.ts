import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/http/index.ts', 'src/pretty/main.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'node22.19',
  dts: false,
  sourcemap: true,
  clean: true,
  treeshake: true,
})
