import { built, laid } from '../layer.js'
import { type ImageRecipe, STAND_IN } from '../recipe.js'

const IS = "the real MySQL 9.7 of Debian sid, with an entry script after the official image's"

export const MYSQL: ImageRecipe = {
  repository: 'library/mysql',
  layers: [built('mysql'), laid('mysql')],
  settings: {
    expose: ['3306/tcp', '33060/tcp'],
    volume: ['/var/lib/mysql'],
    workdir: '/',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['mysqld'],
  },
  tags: {
    '8.4': { is: `${STAND_IN}${IS}, under the name of 8.4`, env: { MYSQL_MAJOR: '8.4', MYSQL_VERSION: '9.7' } },
    '9.7': { is: IS, env: { MYSQL_MAJOR: '9.7', MYSQL_VERSION: '9.7' } },
  },
}
