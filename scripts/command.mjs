import { spawn } from 'node:child_process'

/**
 * Runs a program to its end, without standard input, and resolves to what it printed. Any exit code but 0 rejects with
 * the same text; past `timeoutMs` the program is killed with its children.
 */
export async function mustRun(program, args, options = {}) {
  const { code, output } = await ended(program, args, options)
  if (code === 0) return output
  const how = code === null ? 'did not end in time' : `ended with code ${code}`
  throw new Error(`${[program.split('/').at(-1), ...args].join(' ')} ${how}\n${output.trim()}`)
}

function ended(program, args, { cwd, env = process.env, timeoutMs = 120_000 }) {
  return new Promise((resolve, reject) => {
    // A process group of its own: npx and npm start further processes, and a deadline has to end those as well.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    const collect = (chunk) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    const deadline = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), timeoutMs)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(deadline)
      resolve({ code, output })
    })
  })
}
