import { createHash } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Layer } from './layer.js'
import { configOf, listOf, manifestOf } from './manifest.js'
import { labelsOf } from './recipe.js'
import { SHELF, standIns } from './shelf.js'

const LAYER: Layer = { file: '/nowhere', digest: 'sha256:aa', size: 7, diffId: 'sha256:bb' }
const LABELS = { is: 'a test' }

test('a config says what a Containerfile would say, and nothing that was not asked for', () => {
  const settings = {
    env: { A: '1' },
    cmd: ['run', '--fast'],
    expose: ['53/udp'],
    volume: ['/data'],
    healthcheck: { test: ['CMD', 'ok'], interval: 5, timeout: 2, retries: 3 },
  }
  const { config, rootfs, history, os } = JSON.parse(configOf(settings, LABELS, [LAYER]).text)
  assert.equal(config, {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'A=1'],
    Cmd: ['run', '--fast'],
    Healthcheck: { Test: ['CMD', 'ok'], Interval: 5_000_000_000, Timeout: 2_000_000_000, StartPeriod: 0, Retries: 3 },
    ExposedPorts: { '53/udp': {} },
    Volumes: { '/data': {} },
    Labels: LABELS,
  })
  assert.equal(rootfs, { type: 'layers', diff_ids: ['sha256:bb'] })
  assert.is(history.length, 1)
  assert.is(os, 'linux')
})

test('a manifest names its config and its layers by digest and size', () => {
  const config = configOf({}, LABELS, [LAYER])
  const manifest = manifestOf(config, [LAYER])
  assert.equal(JSON.parse(manifest.text), {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.text.length,
      digest: `sha256:${createHash('sha256').update(config.text).digest('hex')}`,
    },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', size: 7, digest: 'sha256:aa' }],
  })
})

test('a size is in bytes, also where a label is not in ASCII', () => {
  const config = configOf({}, { is: 'größer' }, [])
  assert.is(JSON.parse(manifestOf(config, []).text).config.size, Buffer.byteLength(config.text))
})

test('a tag names a list with one manifest, for this platform', () => {
  const manifest = manifestOf(configOf({}, LABELS, [LAYER]), [LAYER])
  const { manifests } = JSON.parse(listOf(manifest).text)
  assert.equal(
    manifests.map(({ digest, size, platform: { os } }: { digest: string; size: number; platform: { os: string } }) => ({
      digest,
      size,
      os,
    })),
    [{ digest: manifest.digest, size: manifest.text.length, os: 'linux' }],
  )
})

test('the same content is the same image, and every tag of the shelf is an image of its own', () => {
  const digests = SHELF.flatMap(({ repository, settings, tags }) =>
    Object.entries(tags).map(([tag, said]) => configOf(settings, labelsOf(repository, tag, said), [LAYER]).digest),
  )
  assert.is(new Set(digests).size, digests.length)
  assert.is(configOf({}, LABELS, [LAYER]).digest, configOf({}, LABELS, [LAYER]).digest)
})

test('what answers to a name that is not its own says so', () => {
  assert.equal(standIns(), [
    'stand-in: torrust/tracker:develop is the real tracker 3.0.0 under the name of develop, which cannot be had',
    "stand-in: library/mysql:8.4 is the real MySQL 9.7 of Debian sid, with an entry script after the official image's, under the name of 8.4",
  ])
})

test.run()
