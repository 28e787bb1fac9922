import { availableParallelism } from 'node:os'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const source = '--conditions=@org/source'

/** Runs for minutes and hardly uses a core: begun last, all would wait for it alone. */
const LONGEST = 'live/disk-soak.test.ts'

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort.call(this, files)
    return sorted.toSorted((a, b) => Number(b.moduleId.endsWith(LONGEST)) - Number(a.moduleId.endsWith(LONGEST)))
  }
}

export default defineConfig({
  ssr: { resolve: { conditions: ['@org/source', ...defaultServerConditions] } },
  test: {
    globalSetup: ['./packages/testkit/src/redis.global-setup.ts', './test/test-files.global-setup.ts'],
    include: ['{packages,examples}/*/{src,test}/**/*.test.ts', '{bench,test}/**/*.test.ts'],
    execArgv: [source],
    // Most of them wait for servers and processes: one fewer than the cores, as by default, leaves a core idle on small machines.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    testTimeout: 15_000,
    env: { NODE_OPTIONS: source },
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
})
