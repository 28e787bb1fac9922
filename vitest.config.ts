import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const source = '--conditions=@org/source'

export default defineConfig({
  ssr: { resolve: { conditions: ['@org/source', ...defaultServerConditions] } },
  test: {
    globalSetup: ['./packages/testkit/src/redis.global-setup.ts', './test/test-files.global-setup.ts'],
    include: ['{packages,examples}/*/{src,test}/**/*.test.ts', '{bench,test}/**/*.test.ts'],
    execArgv: [source],
    env: { NODE_OPTIONS: source },
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
