// Proves the packages from outside: what is in the tarballs, and that a stranger's project with plain npm, `import` or
// `require`, gets the code, the types and the README's example to work. Needs a build.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Checklist } from './checklist.mjs'
import { mustRun } from './command.mjs'
import { Consumer } from './packages/consumer.mjs'
import { checkContents, checkImports, checkManifest } from './packages/contents.mjs'
import { readmeExamples } from './packages/examples.mjs'
import { commonJsProject, esmProject } from './packages/projects.mjs'
import { entryPoints, publishedPackages } from './packages/published.mjs'
import { pack } from './packages/tarball.mjs'
import { placeOf } from './samples/extract.mjs'
import { withRedis } from './samples/redis.mjs'

const root = dirname(import.meta.dirname)
const checks = new Checklist()
const temporary = await mkdtemp(join(tmpdir(), 'packages-'))

try {
  const tarballs = []
  for (const one of await publishedPackages(root)) tarballs.push(await pack(one, join(temporary, 'tarballs')))
  for (const tarball of tarballs) await checkTarball(tarball)
  await withRedis(async (url) => {
    await checkConsumer(esmProject, tarballs, url)
    await checkConsumer(commonJsProject, tarballs, url)
  })
} finally {
  await rm(temporary, { recursive: true, force: true })
}
checks.finish('packages')

async function checkTarball(tarball) {
  const { name, path } = tarball
  await checks.check(`${name}: contents`, () => checkContents(tarball, root))
  await checks.check(`${name}: dependencies`, () => checkManifest(tarball))
  await checks.check(`${name}: imports`, () => checkImports(tarball))
  await checks.check(`${name}: publint`, () => tool('publint', 'run', path, '--strict'))
  await checks.check(`${name}: attw`, () => tool('attw', path, '--profile', 'esm-only'))
}

async function tool(bin, ...args) {
  await mustRun(join(root, 'node_modules/.bin', bin), args)
}

async function checkConsumer(project, tarballs, redisUrl) {
  const { samples, companions } = await readmeExamples(root)
  const specifiers = tarballs.flatMap(({ manifest }) => entryPoints(manifest))
  const consumer = await Consumer.create(join(temporary, project.type), project.type, root)
  const paths = tarballs.map(({ path }) => path)
  const check = (name, run) => checks.check(`${project.type} project: ${name}`, run)

  const installed = await check('npm install of the tarballs alone', () => consumer.install(paths))
  if (!installed) return
  await check('every entry point loads', () => consumer.run(...project.load(specifiers)))
  await check('every declaration compiles', () => consumer.typecheck(...project.types(specifiers)))
  await check(`npm install ${companions.join(' ')}`, () => consumer.install(companions))
  for (const sample of samples) {
    const [file, code] = project.example(sample.text)
    await check(`example at ${placeOf(sample)}`, () => consumer.run(file, code, { REDIS_URL: redisUrl }))
    if (project.typed) await check(`types of the example at ${placeOf(sample)}`, () => consumer.typecheck(file, code))
  }
}
