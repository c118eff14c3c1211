/** Of eight characters and more, the ones that are tried first everywhere. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 11111111 00000000 87654321 123123123 12341234 88888888 99999999
   password password1 password12 password123 passw0rd p@ssw0rd p@ssword qwertyui qwertyuiop
    qwerty123
   qwerty12 qwerty1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 zaq12wsx asdfghjk asdfghjkl zxcvbnm1
   iloveyou iloveyou1 sunshine sunshine1 princess princess1 football football1 baseball baseball1
   superman superman1 batman123 starwars starwars1 trustno1 whatever whatever1 welcome1 welcome123
   admin123 administrator letmein1 letmein123 changeme changeme1 dragon123 monkey123 shadow123
   michael1 jennifer jordan23 michelle computer computer1 internet samsung1 liverpool arsenal1
   abcd1234 abc12345 a1b2c3d4 aa123456 1234abcd test1234 testtest master123 secret123 passwort
   passwort1 hallo123 schatz123 contrasena motdepasse senha123 parola123 11223344 12344321 abcdefgh
   abcdefg1 iloveu123 charlie1 freedom1 hello123 hunter22 pokemon1 corvette mercedes maverick
   qazwsxedc 147258369 159357456 741852963 963852741 789456123 123654789 135792468 102030405`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
