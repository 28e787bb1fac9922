import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun } from '../command.mjs'

/** A user's project outside of the workspace: plain npm, and nothing but what it installs. `type` is package.json's. */
export class Consumer {
  #folder
  #root

  constructor(folder, root) {
    this.#folder = folder
    this.#root = root
  }

  static async create(folder, type, root) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type }))
    return new Consumer(folder, root)
  }

  /** `npm install`; answers npm's own summary. */
  async install(packages) {
    const output = await mustRun('npm', ['install', '--no-audit', '--no-fund', ...packages], this.#options())
    return /^added .*$/m.exec(output)?.[0] ?? ''
  }

  /** Writes a file of the project and runs it. */
  async run(file, code, env = {}) {
    await writeFile(join(this.#folder, file), code)
    await mustRun(process.execPath, [file], this.#options(env))
  }

  /** Writes a file of the project and compiles it, with every declaration it leads to. */
  async typecheck(file, code) {
    await writeFile(join(this.#folder, file), code)
    const config = { compilerOptions: this.#compilerOptions(), files: [file] }
    await writeFile(join(this.#folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(this.#root, 'node_modules/.bin/tsc')
    await mustRun(tsc, ['-p', '.', '--pretty', 'false'], this.#options())
  }

  /** Node's own types come from the workspace: every TypeScript project for Node has them. */
  #compilerOptions() {
    return {
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
      typeRoots: [join(this.#root, 'node_modules/@types')],
      types: ['node'],
    }
  }

  /** Without what the workspace's own run left in the environment: conditions for Node, folders for npm. */
  #options(env = {}) {
    const { NODE_OPTIONS: _, INIT_CWD: __, ...rest } = process.env
    const kept = Object.entries(rest).filter(([name]) => !/^npm_(?:package|lifecycle|config_local_prefix)/.test(name))
    return { cwd: this.#folder, env: { ...Object.fromEntries(kept), ...env } }
  }
}
