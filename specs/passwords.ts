const COMMON = new Set(
  `123456 password 12345678 qwerty 123456789 12345 1234 111111 1234567 dragon 123123 baseball abc123 football monkey letmein 696969
  shadow master 666666 qwertyuiop 123321 mustang 1234567890 michael 654321 superman 1qaz2wsx 7777777 121212 000000 qazwsx 123qwe
  killer trustno1 jordan jennifer zxcvbnm asdfgh hunter hunter2 buster soccer harley batman andrew tigger sunshine iloveyou 2000
  charlie robert thomas hockey ranger daniel starwars klaster 112233 george computer michelle jessica pepper 1111 zxcvbn 555555
  11111111 131313 freedom 777777 pass maggie 159753 aaaaaa ginger princess joshua cheese amanda summer love ashley nicole chelsea
  biteme matthew access yankees 987654321 dallas austin thunder taylor matrix admin admin123 administrator root toor default
  changeme change_me secret secret123 password1 password123 passw0rd p@ssw0rd welcome welcome1 login guest test test123 testing
  user demo example torrust tracker mysql grafana myaccesstoken tracker_password torrust123 letmein123 qwerty123 1q2w3e4r 1q2w3e
  temp temp123 nothing none null undefined example123 dbpassword rootpassword supersecret topsecret`
    .split(/\s+/)
    .filter(word => word !== ''),
)

/** On the lists that are tried first. */
export const isCommon = (password: string): boolean => COMMON.has(password.toLowerCase())
