// Keeps the documents true: every code sample compiles and runs against the packages' source with a real Redis, every
// pnpm command exists, every local link leads somewhere.
import { dirname } from 'node:path'
import { Checklist } from './checklist.mjs'
import { checkShellBlock, isShell } from './samples/commands.mjs'
import { documents } from './samples/documents.mjs'
import { fencedBlocks, isCode, isTypesOnly, placeOf } from './samples/extract.mjs'
import { withSamplesFolder } from './samples/folder.mjs'
import { checkLinks } from './samples/links.mjs'
import { withRedis } from './samples/redis.mjs'
import { runSample, typecheckSamples } from './samples/run.mjs'

const root = dirname(import.meta.dirname)
const checks = new Checklist()

const files = await documents(root)
const blocks = (await Promise.all(files.map((file) => fencedBlocks(file, root)))).flat()

for (const file of files) await checks.check(`links of ${file}`, () => checkLinks(root, file))
for (const block of blocks.filter(isShell)) {
  await checks.check(`commands at ${placeOf(block)}`, () => checkShellBlock(root, block))
}
await checkSamples(blocks.filter(isCode))
checks.finish('documents')

async function checkSamples(samples) {
  await checks.check('the README has a sample', () => {
    if (!samples.some(({ file }) => file === 'README.md')) throw new Error('README.md holds no ```ts block')
  })
  await withSamplesFolder(root, samples, async (folder) => {
    await checks.check('types of all samples', async () => {
      await typecheckSamples(root, folder)
      return `${samples.length} samples`
    })
    await withRedis(async (url) => {
      for (const sample of samples.filter((each) => !isTypesOnly(each))) {
        await checks.check(`sample at ${placeOf(sample)}`, () => runSample(folder, sample, url))
      }
    })
  })
}
