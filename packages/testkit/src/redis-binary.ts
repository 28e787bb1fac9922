import { debianProgram } from './debian-program.ts'

/**
 * The program that serves Redis: from PATH, or installed first where this is Debian, we are root and
 * `REDIS_NO_INSTALL` is not set.
 * @throws Error that says what to do.
 */
export function redisBinary(): Promise<string> {
  return debianProgram({
    names: ['redis-server', 'valkey-server'],
    package: 'redis-server',
    refusal: 'REDIS_NO_INSTALL',
    advice:
      'No Redis was found. Set REDIS_URL=redis://..., or put redis-server or valkey-server on PATH ' +
      '(Debian/Ubuntu: sudo apt-get install redis-server; macOS: brew install redis).',
  })
}
