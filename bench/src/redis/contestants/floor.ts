import type { Value } from '../batches.ts'
import { command, RawRedis } from '../floor/raw-redis.ts'
import type { Library } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** No client at all: what the commands of a call cost by themselves. It keeps no memory and looks at no value. */
export const subjects: Library<'floor'> = {
  floor: {
    async store({ url, namespace }) {
      const redis = await RawRedis.open(url)
      const get = (key: string): string => command('GET', namespace + key)
      const set = (key: string, value: Value): string =>
        command('SET', namespace + key, JSON.stringify(value), 'PX', String(TTL_MS))
      return {
        get: (keys) => redis.send(keys.map(get).join(''), keys.length),
        getMany: (keys) => redis.send(command('MGET', ...keys.map((key) => namespace + key)), keys.length),
        set: ({ keys, values }) =>
          redis.send(keys.map((key, at) => set(key, values[at] as Value)).join(''), keys.length),
        close: async () => redis.close(),
      }
    },
  },
}
