import { randomUUID } from 'node:crypto'
import { createClient } from 'redis'

const PAGE = 1000

/** Runs `work` with a beginning for keys that nobody else has; afterwards the server has none of them. */
export async function withNamespace<T>(url: string, work: (namespace: string) => Promise<T>): Promise<T> {
  const namespace = `bench:${randomUUID()}:`
  try {
    return await work(namespace)
  } finally {
    await clear(url, namespace)
  }
}

async function clear(url: string, namespace: string): Promise<void> {
  const client = await createClient({ url }).connect()
  try {
    for await (const keys of client.scanIterator({ MATCH: `${namespace}*`, COUNT: PAGE })) {
      if (keys.length > 0) await client.unlink(keys)
    }
  } finally {
    client.destroy()
  }
}
