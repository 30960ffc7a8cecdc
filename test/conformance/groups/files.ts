import { act, byHand, dir, does, type Group, look, put, ROOTED, remove, that } from '../case.js'

const FILE = (content: string) => ({ ...ROOTED, content })
const DIR = { mode: '0755', owner: 'root', group: 'root' }
const LONG = `/opt/${'a-name-that-is-long-'.repeat(8)}`

export const files: Group = {
  name: 'files and folders',
  cases: [
    does('a file that was absent has its content, whatever is in it', [put('/etc/one', 'it\'s\n$HOME `id` \\n "x"\n')], ['file /etc/one']),
    does(
      'a file that is different becomes as wanted, mode and owner too',
      [put('/etc/one', 'two\n', { mode: '0640', group: 'adm' })],
      ['file /etc/one'],
    ),
    does('a file that is so already stays so', [put('/etc/one', 'two\n', { mode: '0640', group: 'adm' })], ['file /etc/one']),
    does('an empty file is a file', [put('/etc/one', '')], ['file /etc/one']),
    does('a file without a newline at its end gets none', [put('/etc/one', 'no end')], ['file /etc/one']),
    does('letters beyond ASCII come through', [put('/etc/one', 'Grüße, 世界\n')], ['file /etc/one']),
    does(
      'a file of another owner is taken over',
      [
        byHand('chown nobody:daemon /etc/one; chmod 0604 /etc/one', {
          ask: 'file',
          key: '/etc/one',
          to: { mode: '0604', owner: 'nobody', group: 'daemon', content: 'Grüße, 世界\n' },
        }),
        put('/etc/one', 'ours\n'),
      ],
      ['file /etc/one'],
    ),
    that(
      'mode and owner of a file that somebody edited are seen',
      act([
        byHand('echo theirs >/etc/one; chown nobody:daemon /etc/one; chmod 4711 /etc/one', {
          ask: 'file',
          key: '/etc/one',
          to: { mode: '4711', owner: 'nobody', group: 'daemon', content: 'theirs\n' },
        }),
      ]),
      look('file /etc/one'),
    ),
    does('a user who is only a number owns by that', [put('/etc/one', 'x\n', { owner: '4711', group: '4712' })], ['file /etc/one']),
    does('nobody owns who is not there', [put('/etc/two', 'x\n', { owner: 'nobody-here' })], ['file /etc/two']),
    does('a file that nobody could own was not made', [], ['file /etc/two', 'file /etc/two.deployer-new']),
    does('a file needs its folder', [put('/opt/none/x', 'x\n')], ['file /opt/none/x']),
    does('a folder that was absent is made', [dir('/opt/four', '0750', 'root', 'adm')], ['dir /opt/four']),
    does('a folder that is different becomes as wanted', [dir('/opt/four', '0700', 'nobody', 'daemon')], ['dir /opt/four']),
    does(
      'a folder that is so already stays so, with what is in it',
      [put('/opt/four/in', 'in\n'), dir('/opt/four', '0700', 'nobody', 'daemon')],
      ['dir /opt/four', 'file /opt/four/in'],
    ),
    does('a folder needs the one above it', [dir('/opt/none/deep')], ['dir /opt/none/deep']),
    does('a folder is no file, and a file no folder', [], ['file /opt/four', 'dir /etc/one', 'dir /opt/four', 'file /etc/one']),
    does('a file does not take the place of a folder', [put('/opt/four', 'x\n')], []),
    does(
      'a folder that a file was meant for has nothing new in it',
      [],
      ['dir /opt/four', 'file /opt/four/four.deployer-new', 'file /opt/four'],
    ),
    does('a folder does not take the place of a file', [dir('/etc/one')], []),
    does('a file that a folder was meant for is as it was', [], ['dir /etc/one', 'file /etc/one']),
    does('a file under a file cannot be', [put('/etc/one/x', 'x\n')], ['file /etc/one/x']),
    does(
      'what is behind a link is seen through it',
      [
        byHand(
          'echo behind >/opt/behind; ln -s /opt/behind /etc/link; ln -s /opt/four /opt/linked',
          { ask: 'file', key: '/opt/behind', to: FILE('behind\n') },
          { ask: 'file', key: '/etc/link', to: FILE('behind\n') },
          { ask: 'dir', key: '/opt/linked', to: { mode: '0700', owner: 'nobody', group: 'daemon' } },
        ),
      ],
      ['file /etc/link', 'file /opt/behind', 'dir /opt/linked'],
    ),
    does(
      'a file takes the place of a link, and what was behind it stays',
      [put('/etc/link', 'ours\n')],
      ['file /etc/link', 'file /opt/behind'],
    ),
    does(
      'a link to nothing is no file, and a file takes its place',
      [byHand('ln -s /opt/nothing /etc/dangling'), put('/etc/dangling', 'ours\n')],
      ['file /etc/dangling', 'file /opt/nothing'],
    ),
    does(
      'a file takes the place of a link to a folder',
      [byHand('true', { ask: 'dir', key: '/opt/linked', to: undefined }), put('/opt/linked', 'ours\n')],
      ['file /opt/linked', 'dir /opt/linked', 'file /opt/four/linked.deployer-new'],
    ),
    does(
      'a link goes, and what was behind it stays',
      [byHand('ln -s /opt/behind /etc/again', { ask: 'file', key: '/etc/again', to: FILE('behind\n') }), remove('/etc/again')],
      ['file /etc/again', 'file /opt/behind'],
    ),
    does(
      'a folder goes with all that is in it, and nothing beside it',
      [dir('/opt/four/five'), put('/opt/four/five/six', '6\n'), dir('/opt/fourth'), remove('/opt/four')],
      ['dir /opt/four', 'dir /opt/four/five', 'file /opt/four/five/six', 'file /opt/four/in', 'dir /opt/fourth'],
    ),
    does(
      'what is gone already can go again',
      [remove('/opt/four'), remove('/etc/one'), remove('/etc/one')],
      ['dir /opt/four', 'file /etc/one'],
    ),
    does('a long name is a name', [dir(LONG), put(`${LONG}/file`, 'x\n')], [`dir ${LONG}`, `file ${LONG}/file`]),
    does('a name with spaces and quotes is a name', [put("/opt/it's a $name", 'x\n')], ["file /opt/it's a $name"]),
    does(
      'a file that others wrote with a dash in front is a file',
      [dir('/opt/-dash'), put('/opt/-dash/-rf', 'x\n'), remove('/opt/-dash/-rf')],
      ['dir /opt/-dash', 'file /opt/-dash/-rf'],
    ),
    does(
      'a schedule is seen as cron reads it',
      [dir('/etc/cron.d', DIR.mode), put('/etc/cron.d/hand', '# why\n\n0 3 * * * root true\n')],
      ['cron /etc/cron.d/hand', 'file /etc/cron.d/hand'],
    ),
    does(
      'a schedule that we write is one',
      [{ do: 'cron', path: '/etc/cron.d/ours', lines: ['0 3 * * * root true', '@reboot root true'] }],
      ['cron /etc/cron.d/ours', 'file /etc/cron.d/ours'],
    ),
    does('a schedule goes with its file', [remove('/etc/cron.d/ours')], ['cron /etc/cron.d/ours', 'file /etc/cron.d/ours']),
  ],
}

const secret = [{ secret: 'a.b', as: [] }] as const
const keyed = [{ digest: [[{ secret: 'a.b', as: [] }]] }] as const

export const matches: Group = {
  name: 'texts that are compared where they lie',
  cases: [
    does(
      'a file with a secret in it is the same as its text, and as no other',
      [put('/etc/secret', ['password = ', ...secret, '\n'], { mode: '0600' })],
      [
        { file: '/etc/secret', match: ['password = ', ...secret, '\n'] },
        { file: '/etc/secret', match: ['password = ', ...secret] },
        { file: '/etc/secret', match: 'password = \n' },
      ],
    ),
    does('a file that is absent is neither', [], [{ file: '/etc/no-secret', match: [...secret] }]),
    does(
      'a file with a digest in it is the same under the salt of the host',
      [put('/etc/keyed', [...keyed, '\n'])],
      [
        { file: '/etc/keyed', match: [...keyed, '\n'] },
        { file: '/etc/keyed', match: [...secret, '\n'] },
        { file: '/etc/keyed', match: [{ digest: [['another']] }, '\n'] },
      ],
    ),
    that(
      'a file that somebody edited is another',
      act([
        byHand('echo x >>/etc/secret', {
          ask: 'file',
          key: '/etc/secret',
          to: { mode: '0600', owner: 'root', group: 'root', content: 'x' },
        }),
      ]),
      look({ file: '/etc/secret', match: ['password = ', ...secret, '\n'] }),
    ),
    does(
      'a secret for a shell is quoted as one',
      [put('/etc/quoted', ['P=', { secret: 'a.b', as: ['shell'] }, '\n'])],
      [{ file: '/etc/quoted', match: ['P=', { secret: 'a.b', as: ['shell'] }, '\n'] }],
    ),
    does(
      'a plain text is compared in the same way',
      [put('/etc/plain', 'plain\n')],
      [
        { file: '/etc/plain', match: 'plain\n' },
        { file: '/etc/plain', match: 'plain' },
      ],
    ),
    does('a folder is no text', [], [{ file: '/etc', match: 'plain\n' }]),
  ],
}
