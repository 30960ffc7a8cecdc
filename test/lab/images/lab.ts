import { built, laid } from './layer.js'
import type { ImageRecipe } from './recipe.js'

const PATH = '/usr/sbin:/usr/bin:/busybox'

/** A user's own service: answers `hello 1`, or `hello 2`, on port 8080. */
export const HELLO: ImageRecipe = {
  repository: 'lab/hello',
  layers: [built('base'), laid('hello')],
  settings: {
    env: { PATH },
    expose: ['8080/tcp'],
    cmd: ['sh', '-c', 'exec busybox httpd -f -p 8080 -h "/srv/$HELLO"'],
    stopSignal: 'SIGKILL',
  },
  tags: { '1': { is: 'a web server that says hello 1', env: { HELLO: '1' } }, '2': { is: 'the same, says hello 2', env: { HELLO: '2' } } },
}

export const CRASH: ImageRecipe = {
  repository: 'lab/crash',
  layers: [built('base')],
  settings: { env: { PATH }, cmd: ['sh', '-c', 'echo reading the configuration; echo "fatal: the answer is not 42" >&2; exit 3'] },
  tags: { '1': { is: 'a program that ends at once, with exit code 3' } },
}

export const NEVER: ImageRecipe = {
  repository: 'lab/never',
  layers: [built('base')],
  settings: {
    env: { PATH },
    cmd: ['sh', '-c', 'trap "exit 0" TERM; echo waiting for what never comes; while :; do sleep 1; done'],
    healthcheck: { test: ['CMD-SHELL', 'echo not yet; exit 1'], interval: 1, timeout: 1, retries: 2 },
  },
  tags: { '1': { is: 'a program that runs and is never healthy' } },
}
