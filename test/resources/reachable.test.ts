import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { wishFrom } from '../support/environments.js'

const reachable = (text: string): ReadonlyArray<string> => wishFrom(parse(text) ?? {}).reachable

test('what is published to everybody is a port, and ssh is one of them', () => {
  assert.equal(reachable('tracker: { udp: [6970, 6969], http: [7070] }'), ['22/tcp', '6969/udp', '6970/udp', '7070/tcp'])
})

test('a port that is open to some networks only is said with them', () => {
  assert.equal(reachable('firewall: { ssh_from: [192.0.2.0/24, 198.51.100.7], allow: [{ port: 9100, from: 192.0.2.0/24 }] }'), [
    '22/tcp from 192.0.2.0/24, 198.51.100.7',
    '6969/udp',
    '9100/tcp from 192.0.2.0/24',
  ])
})

test('a service that is published to some networks only is said with them', () => {
  assert.equal(reachable('tracker: { udp: [6969], api: { bind: public, from: [192.0.2.0/24] }, health: { from: [192.0.2.0/24] } }'), [
    '22/tcp',
    '1212/tcp from 192.0.2.0/24',
    '6969/udp',
  ])
})

test('what has one socket is open over IPv4 alone, and to networks of that family', () => {
  assert.equal(
    reachable('tracker: { udp: [6969], api: { bind: public }, health: { bind: public, from: [192.0.2.0/24, 2001:db8::/32] } }'),
    ['22/tcp', '1212/tcp at every IPv4 address', '1313/tcp from 192.0.2.0/24', '6969/udp'],
  )
})

test('a listener on one address, or of one family, is said with that', () => {
  assert.equal(
    reachable('tracker: { udp: [{ port: 6970, bind: 192.0.2.10 }, { port: 6971, bind: 0.0.0.0 }, { port: 6972, bind: loopback }] }'),
    ['22/tcp', '6970/udp at 192.0.2.10', '6971/udp at every IPv4 address'],
  )
})

test('what everybody reaches needs no further word, whoever else is named', () => {
  assert.equal(reachable('firewall: { ssh_from: [any, 192.0.2.7], allow: [{ port: 6969, proto: udp, from: 192.0.2.7 }] }'), [
    '22/tcp',
    '6969/udp',
  ])
})

test.run()
