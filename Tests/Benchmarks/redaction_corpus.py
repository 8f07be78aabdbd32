"""Synthetic log text with planted secrets, for redaction_bench.py. Same seed, same corpus. Nothing in it was ever a real secret.

    python redaction_corpus.py [--part tune|once|later] [--seed N] [--rounds N]

One JSON object a line: `kind` (the format), `text` (one or more lines), `secrets` (what must be gone), `keep` (what tells
the failure and must stay). Kinds without secrets are clean lines, which must come out byte for byte. The split is by kind:
no format of the parts `once` and `later` occurs in the part `tune`.
"""

import argparse
import base64
import json
import random
import string
import sys
import urllib.parse

LOWER, UPPER, DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
ALNUM = LOWER + UPPER + DIGITS


class Maker:
    """Random words of every sort that a log holds."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def of(self, alphabet, count):
        return "".join(self.random.choice(alphabet) for _ in range(count))

    def pick(self, *choices):
        return self.random.choice(choices)

    def password(self):
        word = self.pick("Summer", "winter", "Tiger", "oracle", "Welcome", "qwerty", "monkey", "Batch", "s3cr3t", "P@ssw0rd", "hunter", "letmein", "Zebra")
        return self.pick(
            word + self.of(DIGITS, 2) + self.pick("!", "#", "$", "x", "?", "*"),
            word + self.pick("-", "_", "+", "!") + self.of(ALNUM, 5),
            self.of(ALNUM, 12),
            self.of(ALNUM, 8) + self.pick("!", "%", "^", "~") + self.of(ALNUM, 4),
            word + self.of(DIGITS, 4),
        )

    def plain_password(self):
        """Letters and digits only, for places where signs would have to be quoted."""
        return self.pick("Summer", "winter", "Tiger", "oracle", "Welcome") + self.of(ALNUM, 6) + self.of(DIGITS, 1)

    def weak_password(self):
        """No digit and no sign."""
        return self.pick("tigerlily", "letmeinnow", "sunshine", "dragonfly", "opensesame", "hunterhunter", "swordfish")

    def user(self):
        return self.pick("etl", "etl_user", "batch", "svc_ledger", "app", "sa", "scott", "payroll", "reporting")

    def host(self):
        return self.pick("db01", "db-prod-2.corp.internal", "ledger.cluster-c1.eu-west-1.rds.amazonaws.com", "10.20.3.14", "mq.prod.bank.local", "sftp.partner.example")

    def database(self):
        return self.pick("ledger", "positions", "payroll", "ORCL", "risk_dwh")

    def time(self):
        r = self.random
        return self.pick(
            f"2026-11-{r.randint(1, 30):02}T{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}.{r.randint(0, 999):03}Z",
            f"2026-11-{r.randint(1, 30):02} {r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02},{r.randint(0, 999):03}",
            f"[{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}]",
            f"Nov {r.randint(1, 30):2} {r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02} batch-7",
        )

    def prefix(self):
        logger = self.pick("com.bank.etl.Loader", "root", "c.b.ledger.Poster", "botocore.hooks", "o.h.e.j.s.SqlExceptionHelper")
        return self.pick("", self.time() + " ", f"{self.time()} {self.pick('INFO', 'ERROR', 'WARN', 'DEBUG')} ", f"{self.time()} {self.pick('INFO', 'ERROR')} [main] {logger} - ", f"{self.pick('INFO', 'ERROR')}:{logger}:")

    def uuid(self):
        return "-".join(self.of("0123456789abcdef", n) for n in (8, 4, 4, 4, 12))

    def hex(self, count):
        return self.of("0123456789abcdef", count)

    def b64(self, count):
        return self.of(ALNUM + "+/", count)

    def b64url(self, count):
        return self.of(ALNUM + "-_", count)

    def jwt(self):
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")

        return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part({'sub': self.hex(8), 'exp': 1790000000, 'iss': 'https://login.bank.example'})}.{self.b64url(86)}"

    def aws_key_id(self):
        return self.pick("AKIA", "ASIA") + self.of(UPPER + "234567", 16)

    def aws_secret(self):
        return self.b64(40)

    def session_token(self):
        return "IQoJb3JpZ2luX2VjE" + self.b64(self.random.randint(180, 340)) + self.pick("", "=", "==")

    def luhn(self, prefix, length):
        digits = [int(c) for c in prefix] + [self.random.randint(0, 9) for _ in range(length - len(prefix) - 1)]
        total = sum(d if i % 2 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits)))
        return "".join(map(str, digits)) + str(-total % 10)

    def card(self):
        return self.pick(self.luhn("4", 16), self.luhn("5" + self.pick(*"12345"), 16), self.luhn("37", 15), self.luhn("6011", 16))

    def ssn(self):
        r = self.random
        return f"{r.randint(100, 665):03}-{r.randint(10, 99)}-{r.randint(1000, 9999)}"

    def iban(self):
        country, bank = self.pick(("DE", 18), ("GB", 0), ("FR", 23))
        body = self.of(UPPER, 4) + self.of(DIGITS, 14) if country == "GB" else self.of(DIGITS, bank)
        number = "".join(str(int(c, 36)) for c in body + country + "00")
        return f"{country}{98 - int(number) % 97:02}{body}"

    def pem(self, label="RSA PRIVATE KEY", lines=6):
        body = [self.b64(64) for _ in range(lines - 1)] + [self.b64(self.random.randint(20, 50)) + "=="]
        return f"-----BEGIN {label}-----", body, f"-----END {label}-----"


KINDS = {}


def kind(name):
    """Registers a generator of (text, secrets, keep)."""

    def register(function):
        KINDS[name] = function
        return function

    return register


def templates(name, *lines, value=None):
    """Registers lines with {v} for the secret; words in «» must stay."""

    def make(m):
        secret = (value or Maker.password)(m)
        line = m.pick(*lines)
        text, keep = fill(m, line, secret)
        return m.prefix() + text, [secret], keep

    KINDS[name] = make


def clean(name, *lines):
    def make(m):
        text, keep = fill(m, m.pick(*lines), "")
        return m.prefix() + text, [], keep

    KINDS[name] = make


def fill(m, line, secret):
    known = {
        "v": secret, "u": m.user(), "h": m.host(), "d": m.database(), "uuid": m.uuid(), "hex40": m.hex(40), "hex64": m.hex(64), "hex16": m.hex(16), "b64": m.b64(76),
        "n": str(m.random.randint(2, 99999)), "b32": m.of(ALNUM, 32), "id8": m.hex(8), "acct": m.of(DIGITS, 12),
    }
    text, keep, at = "", [], None
    parts = line
    for name, word in known.items():
        parts = parts.replace("{" + name + "}", word)
    for character in parts:
        if character == "«":
            at = len(text)
        elif character == "»":
            keep.append(text[at:])
        else:
            text += character
    return text, keep


def token(name, make, *lines):
    """A token of a known format, in places where tokens stand."""
    lines = lines or (
        "«request failed»: token {v} «rejected with 403»", "using {v} for «{h}»", "Authorization: Bearer {v}", 'export TOKEN="{v}"', "«git clone failed» (auth {v}): «exit code 128»",
        '{"level":"error","token":"{v}","msg":"«upload failed»"}', "token={v}&page=2", "[{v}] «denied»", "see {v}, «then retry»", "cmd --token={v} --host «{h}»",
    )
    templates("token-" + name, *lines, value=make)


# Passwords -----------------------------------------------------------------------------------------------------------

templates("kv-equals", "«connect failed» host={h} user={u} password={v}", "DB_PASSWORD={v}", "db.password = {v}", "passwd={v} «retrying in 5s»", "user={u}, pwd={v}, «host={h}»", "dbPass={v}; «timeout=30»")
templates("kv-colon", "password: {v}", "Password: {v}", "user: {u} pass: {v} «host: {h}»", "DB_PASS: {v}", "  db-password: {v}", "root passphrase: {v}")
templates("kv-quoted", 'password="{v}" «host={h}»', "password='{v}'", 'PGPASSWORD="{v}" psql «-h {h}»', "passwd = '{v}',", 'spring.datasource.password="{v}"', "password: '{v}' # «{d}»")
templates("kv-weak", "password={v} «host={h}»", "DB_PASSWORD={v}", 'password="{v}"', "--password {v} «--host {h}»", "mysql.pwd={v}", value=Maker.weak_password)
templates("kv-spaces", 'password="{v}" «host={h}»', "passphrase: '{v}'", '"password": "{v}"', value=lambda m: f"{m.weak_password()} {m.weak_password()} {m.of(ALNUM, 4)} {m.weak_password()}")
templates("json", '{"user":"{u}","password":"{v}","«host»":"{h}"}', '{"level":"error","db_password": "{v}", "msg":"«login failed»"}', '{"credentials":{"username":"{u}","secret":"{v}"},"«database»":"{d}"}', '{"auth":{"passwd":"{v}"}}', '{"clientSecret" : "{v}"}')
templates("json-in-json", r'{"message":"{\"password\":\"{v}\",\"host\":\"«{h}»\"}"}', r'payload="{\"user\":\"{u}\",\"pwd\":\"{v}\"}" «status=500»', r'{"log":"{\\\"password\\\":\\\"{v}\\\",\\\"db\\\":\\\"«{d}»\\\"}"}', value=Maker.plain_password)
templates("python-repr", "{'user': '{u}', 'password': '{v}', '«host»': '{h}'}", "Settings(db_host='«{h}»', db_password='{v}')", "params: {u'pwd': u'{v}', u'db': u'«{d}»'}", "KeyError: '«port»' in {'passwd': b'{v}'}", "('password', '{v}')")
templates("java-tostring", "HikariConfig{username={u}, password={v}, jdbcUrl=«jdbc:postgresql://{h}/{d}»}", "DbProperties(url=«{d}», username={u}, password={v})", "Config [user={u}, password={v}, host=«{h}»]", "Credentials{user='{u}', password='{v}'}", value=Maker.plain_password)
templates("go-struct", '{Host:«{h}» User:{u} Password:{v} Port:5432}', '&Config{Password:"{v}", Host:"«{h}»"}', "cfg=&{{u} Password:{v} «{d}»}", value=Maker.plain_password)
templates("xml", "<password>{v}</password>", "<db><user>{u}</user><password>{v}</password><host>«{h}»</host></db>", '<property name="password" value="{v}"/>', '<add key="DbPassword" value="{v}" />', '<wsse:Password Type="http://docs.oasis-open.org/wss#PasswordText">{v}</wsse:Password>', "&lt;password&gt;{v}&lt;/password&gt;", value=Maker.plain_password)
templates("yaml", "  password: {v}", "    db_password: \"{v}\"", "  - name: DB_PASSWORD\n    value: {v}", "      secretKey: {v}", "datasource:\n  username: {u}\n  password: '{v}'\n  «host»: {h}", value=Maker.plain_password)
templates("toml-ini", 'password = "{v}"', "[db]\nhost=«{h}»\npassword={v}", "aws_secret_access_key = {v}", "smtp_password = {v}", value=Maker.plain_password)
templates("env-dump", "DB_HOST=«{h}»\nDB_PASSWORD={v}\nDB_USER={u}", "export ORACLE_PWD={v}", "declare -x MYSQL_PWD=\"{v}\"", "ENV REDIS_PASSWORD {v}", "set DB_PASSWORD={v}", "$env:DB_PASSWORD = '{v}'", value=Maker.plain_password)
templates("docker-env", "docker run -e DB_PASSWORD={v} -e DB_HOST=«{h}» etl:14", "environment: [{'name': 'DB_PASSWORD', 'value': '{v}'}, {'name': 'DB_HOST', 'value': '«{h}»'}]", '{"name":"API_TOKEN","value":"{v}"}', '{"value":"{v}","name":"DB_PASSWORD"}', "KeyValuePair(Name=DB_PASSWORD, Value={v})", "[KeyValuePair{name=MYSQL_PWD, value={v}}]", value=Maker.plain_password)
templates("set-x", "+ PGPASSWORD={v}", "+ mysql -h «{h}» -u {u} -p{v} {d}", "++ export DB_PASS={v}", "+ sqlplus -s {u}/{v}@«{d}»", "+ curl -s -u {u}:{v} https://«{h}»/api", "+ echo {v} | sudo -S systemctl restart etl\n+ DB_PASSWORD={v}", value=Maker.plain_password)
templates("cli-long", "etl --user {u} --password {v} --host «{h}»", "tool --password={v} «--db {d}»", "sqoop import --connect «jdbc:mysql://{h}/{d}» --username {u} --password {v}", "ERROR: command ['load', '--db-password', '{v}', '--host', '«{h}»'] «returned 1»", "keytool -list -keystore ks.jks -storepass {v}", "gpg --batch --passphrase {v} -d «in.gpg»", "vault login -method=userpass password={v}", value=Maker.plain_password)
templates("cli-short", "mysql -u {u} -p{v} -h «{h}»", "mysqldump --single-transaction -u{u} -p'{v}' «{d}»", "sshpass -p {v} sftp {u}@«{h}»", "sqlcmd -S «{h}» -U {u} -P {v}", "bcp «{d}.dbo.pos» in p.csv -U {u} -P{v}", "redis-cli -h «{h}» -a {v} ping", "ldapsearch -x -D cn=admin -w {v} -H ldap://«{h}»", "docker login -u {u} -p {v} «registry.example»", "plink -ssh {u}@«{h}» -pw {v}", value=Maker.plain_password)
templates("cli-user", "curl -u {u}:{v} https://«{h}»/x", "curl --user '{u}:{v}' https://«{h}»/", "smbclient //«{h}»/share -U {u}%{v}", "lftp -u {u},{v} sftp://«{h}»", "wget --user={u} --password={v} https://«{h}»/", value=Maker.plain_password)
templates("oracle", "sqlplus {u}/{v}@«{d}»", "sqlplus -s {u}/{v}@//«{h}»:1521/{d} @load.sql", "CONNECT {u}/{v}@«{d}»", "sqlldr userid={u}/{v}@«{d}» control=pos.ctl", "expdp {u}/{v} «schemas={d}»", "jdbc:oracle:thin:{u}/{v}@«{h}»:1521:{d}", "rman target sys/{v}@«{d}»", "impdp userid={u}/{v}@«{d}» directory=DP", value=Maker.plain_password)
templates("sql", "CREATE USER {u} IDENTIFIED BY {v}", "ALTER USER {u} IDENTIFIED BY '{v}' «ACCOUNT UNLOCK»", "ALTER ROLE {u} WITH PASSWORD '{v}'", "CREATE LOGIN {u} WITH PASSWORD = '{v}', «DEFAULT_DATABASE=[{d}]»", "ORA-00922 «missing or invalid option»: ALTER USER {u} IDENTIFIED BY \"{v}\"", "COPY «{d}» FROM 's3://b/k' CREDENTIALS 'aws_access_key_id=x;aws_secret_access_key={v}'", "SET PASSWORD FOR '{u}' = PASSWORD('{v}')", "CREATE USER {u} PASSWORD '{v}'", value=Maker.plain_password)
templates("teradata", ".LOGON «tdprod»/{u},{v}", ".logon {h}/{u},{v};", "bteq: .LOGON tdp/{u},{v} «failed»", value=Maker.plain_password)
templates("prose", "password for {u} is {v}", "Your new password is {v}", "using password {v} for «{u}»", "the password has been reset to {v}", "temporary password: {v}", "changed password of user {u} to {v}", "login with user {u} and password {v} «failed»", "token is {v}", value=Maker.plain_password)
templates("url-userinfo", "postgresql://{u}:{v}@«{h}»:5432/{d}", "«could not connect to» mysql://{u}:{v}@{h}/«{d}»", "redis://:{v}@«{h}»:6379/0", "amqp://{u}:{v}@«{h}»:5672/%2f", "ftp://{u}:{v}@«{h}»/in/pos.csv «550 not found»", "https://{u}:{v}@«{h}»/repo.git/", "mongodb+srv://{u}:{v}@«{h}»/{d}?retryWrites=true", "fatal: «unable to access» 'https://{u}:{v}@{h}/x.git/': «The requested URL returned error: 403»", "proxy=http://{u}:{v}@«{h}»:3128", value=Maker.plain_password)
templates("url-userinfo-signs", "postgresql://{u}:{v}@«{h}»:5432/{d}", "amqps://{u}:{v}@«{h}»/v", "sqlalchemy.exc.OperationalError: mysql+pymysql://{u}:{v}@«{h}»/{d}", value=lambda m: m.plain_password() + m.pick("!", "%40", "$", "*", "@x", ":y", "&z", "=") + m.of(ALNUM, 3))
templates("connection-string", "Server=«{h}»;Database={d};User Id={u};Password={v};Encrypt=true", "Driver={ODBC Driver 17};SERVER=«{h}»;UID={u};PWD={v}", "jdbc:sqlserver://«{h}»:1433;databaseName={d};user={u};password={v};", "jdbc:mysql://«{h}»/{d}?user={u}&password={v}&useSSL=true", "DSN=«{d}»;UID={u};PWD={v}", "host=«{h}» port=5432 dbname={d} user={u} password={v} sslmode=require", "jdbc:snowflake://«x.snowflakecomputing.com»/?user={u}&password={v}", "Data Source=«{h}»;Initial Catalog={d};Persist Security Info=True;User ID={u};Password={v}", value=Maker.plain_password)
templates("odbc-braces", "Driver={SQL};SERVER=«{h}»;UID={u};PWD={{v}};Encrypt=yes", "UID={u};PWD={{v}}", value=lambda m: m.plain_password() + ";" + m.of(ALNUM, 4))
templates("query", "GET /api/v1/x?access_token={v}&page=2 «500»", "POST /login?user={u}&passwd={v} «401 Unauthorized»", "https://«{h}»/cb?code=200&client_secret={v}", "/hook?apikey={v} «timeout»", "GET /r?X-Api-Key={v}&fmt=csv «HTTP/1.1»", value=lambda m: m.of(ALNUM, 24))
templates("query-encoded", "body=user%3D{u}%26password%3D{v}%26host%3D«{h}»", "redirect=https%3A%2F%2Fx%2F%3Ftoken%3D{v}%26page%3D«2»", "payload=%7B%22password%22%3A%22{v}%22%7D", value=Maker.plain_password)
templates("header-basic", "Authorization: Basic {v}", "> Authorization: Basic {v}", "curl -H 'Authorization: Basic {v}' https://«{h}»/", "{'Authorization': 'Basic {v}', 'Accept': '«application/json»'}", '"authorization":"Basic {v}","«content-type»":"text/csv"', "Proxy-Authorization: Basic {v}", value=lambda m: base64.b64encode(f"{m.user()}:{m.password()}".encode()).decode())
templates("header-bearer", "Authorization: Bearer {v}", "headers={'Authorization': 'Bearer {v}'} «status 401»", "authorization=Bearer {v}, «accept=json»", "curl -H \"Authorization: Bearer {v}\" «https://{h}/v1»", "< «401 Unauthorized» Bearer {v}", "Sending bearer {v} to «{h}»", value=lambda m: m.b64url(40) + "7a9")
templates("header-token", "X-Api-Key: {v}", "x-api-key={v} «403 Forbidden»", "X-Auth-Token: {v}", "curl -H 'X-Vault-Token: {v}' «https://{h}»/v1", "PRIVATE-TOKEN: {v}", "DD-API-KEY: {v}", "Ocp-Apim-Subscription-Key: {v}", "'X-Amz-Security-Token': '{v}'", "Authorization: Splunk {v}", "Authorization: Token {v}", value=lambda m: m.pick(m.uuid(), m.of(ALNUM, 32)))
templates("cookie", "Cookie: JSESSIONID={v}; Path=/", "Set-Cookie: sessionid={v}; «HttpOnly»; Secure", "cookie: sid={v}; theme=darkdarkd", "'Cookie': 'session={v}'", "JSESSIONID={v} «expired»", value=lambda m: m.of("0123456789ABCDEF", 32))
templates("aws-pair", "aws_access_key_id={v}", "AWS_ACCESS_KEY_ID={v} «region=eu-west-1»", "InvalidClientTokenId: «The security token included in the request is invalid» ({v})", "Credential={v}/20261121/eu-west-1/s3/aws4_request, «SignedHeaders=host»", '"accessKeyId":"{v}","«expiration»":"2026-11-21T00:00:00Z"', value=Maker.aws_key_id)
templates("aws-secret", "aws_secret_access_key={v}", "AWS_SECRET_ACCESS_KEY={v}", '"SecretAccessKey": "{v}"', "aws configure set aws_secret_access_key {v} «--profile batch»", "secretKey: {v}", "<SecretAccessKey>{v}</SecretAccessKey>", "fs.s3a.secret.key={v}", "credentials {v} «for s3a://bucket»", value=Maker.aws_secret)
templates("aws-session", "AWS_SESSION_TOKEN={v}", '"SessionToken": "{v}"', "X-Amz-Security-Token={v}&X-Amz-Expires=«3600»", "aws_session_token = {v}", "x-amz-security-token:{v}", value=Maker.session_token)
templates("presigned", "https://bucket.s3.amazonaws.com/«in/pos.csv»?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20261121T000000Z&X-Amz-Signature={v}", "https://bucket.s3.amazonaws.com/«k»?AWSAccessKeyId=x&Signature={v}&Expires=1790000000", "https://storage.googleapis.com/b/«o»?X-Goog-Signature={v}", value=lambda m: m.hex(64))
templates("azure", "DefaultEndpointsProtocol=https;AccountName=«ledger»;AccountKey={v};EndpointSuffix=core.windows.net", "Endpoint=sb://«ns».servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey={v}", "AZURE_STORAGE_KEY={v}", "az storage blob list --account-key {v} «--account-name ledger»", value=lambda m: m.b64(86) + "==")
templates("azure-sas", "https://acc.blob.core.windows.net/«c/b.csv»?sv=2024-01-01&sp=r&sig={v}", "SharedAccessSignature=sr=x&sig={v}&se=1790000000", value=lambda m: urllib.parse.quote(m.b64(43) + "=", safe=""))


@kind("pem-lines")
def pem_lines(m):
    begin, body, end = m.pem(m.pick("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"))
    return "\n".join(["loading key", begin, *body, end, "«done»".strip("«»")]), body, ["loading key", "done"]


@kind("pem-prefixed")
def pem_prefixed(m):
    begin, body, end = m.pem()
    prefix = "2026-11-21T01:02:03.004Z INFO [main] "
    return "\n".join(prefix + line for line in [begin, *body, end, "key loaded"]), body, ["key loaded"]


@kind("pem-headless")
def pem_headless(m):
    _, body, end = m.pem(lines=8)
    return "\n".join([*body, end, "exit code 3"]), body, ["exit code 3"]


@kind("pem-tailless")
def pem_tailless(m):
    begin, body, _ = m.pem(lines=8)
    return "\n".join(["cannot parse", begin, *body[:-2], "ERROR bad key format"]), body[:-2], ["cannot parse", "ERROR bad key format"]


@kind("pem-json")
def pem_json(m):
    begin, body, end = m.pem("PRIVATE KEY")
    return json.dumps({"type": "service_account", "private_key": "\n".join([begin, *body, end, ""]), "project_id": "ledger-prod"}), body, ["ledger-prod"]


@kind("yaml-block")
def yaml_block(m):
    lines = [m.of(ALNUM, 30) for _ in range(2)]
    return f"config:\n  api_secret: |\n    {lines[0]}\n    {lines[1]}\n  host: db01", lines, ["host: db01"]


@kind("xml-lines")
def xml_lines(m):
    secret = m.plain_password()
    return f"<db>\n  <password>\n    {secret}\n  </password>\n  <host>db01</host>\n</db>", [secret], ["<host>db01</host>"]


@kind("json-lines")
def json_lines(m):
    secret = m.password()
    return json.dumps({"host": "db01", "password": secret, "retries": 3}, indent=2), [json.dumps(secret)[1:-1]], ['"host": "db01"', '"retries": 3']


@kind("blob-userpass")
def blob_userpass(m):
    blob = base64.b64encode(f"{m.user()}:{m.password()}".encode()).decode()
    return m.prefix() + m.pick('{"auths":{"registry.example":{"auth":"%s"}}}', "X-Registry-Auth %s", "decoded %s failed", "AUTH PLAIN %s") % blob, [blob], []


@kind("blob-json")
def blob_json(m):
    blob = base64.b64encode(json.dumps({"username": m.user(), "password": m.password()}).encode()).decode()
    return m.prefix() + m.pick("payload %s rejected", "secretBinary=%s", "data: %s") % blob, [blob], []


templates("card", "payment «declined» card={v} «code 51»", "PAN {v} «expired»", '{"card_number":"{v}","«amount»":12}', "card number {v} for «order 77»", value=Maker.card)
templates("card-grouped", "card {v} «declined»", "cc: {v}", value=lambda m: " ".join((lambda c: [c[i:i + 4] for i in range(0, 16, 4)])(m.luhn("4", 16))))
templates("ssn", "ssn={v} «duplicate key»", "employee {v} «not found»", '{"ssn":"{v}"}', value=Maker.ssn)
templates("iban", "transfer to {v} «rejected AC04»", "IBAN: {v}", "iban={v}, «amount=12.00»", value=Maker.iban)
templates("email", "«mail to» {v} «bounced»", "user {v} «not found»", '{"email":"{v}"}', "notify={v};", value=lambda m: f"{m.pick('jane.doe', 'j.smith', 'ops+batch')}{m.of(DIGITS, 2)}@{m.pick('bank.com', 'example.co.uk', 'corp-mail.de')}")
templates("pin", "cvv={v} «declined»", '{"pin":"{v}"}', "CVC: {v}", "otp={v} «invalid»", value=lambda m: m.of("123456789", 4))

token("github", lambda m: m.pick("ghp_", "gho_", "ghs_") + m.of(ALNUM, 36))
token("github-pat", lambda m: "github_pat_" + m.of(ALNUM, 22) + "_" + m.of(ALNUM, 59))
token("gitlab", lambda m: "glpat-" + m.b64url(20).strip("-") + "x1")
token("slack", lambda m: f"xoxb-{m.of(DIGITS, 12)}-{m.of(DIGITS, 12)}-{m.of(ALNUM, 24)}")
token("stripe", lambda m: "sk_live_" + m.of(ALNUM, 24))
token("npm", lambda m: "npm_" + m.of(ALNUM, 36))
token("pypi", lambda m: "pypi-AgEIcHlwaS5vcmc" + m.b64url(60).strip("-"))
token("anthropic", lambda m: "sk-ant-api03-" + m.b64url(92) + "AA")
token("openai", lambda m: m.pick("sk-proj-", "sk-") + m.of(ALNUM, 48))
token("sendgrid", lambda m: f"SG.{m.of(ALNUM, 22)}.{m.of(ALNUM, 43)}")
token("vault", lambda m: "hvs." + m.of(ALNUM, 90))
token("databricks", lambda m: "dapi" + m.hex(32))
token("gcp", lambda m: "AIza" + m.of(ALNUM, 35))
token("google-oauth", lambda m: "ya29." + m.of(ALNUM, 80))
token("jwt", Maker.jwt)
token("twilio", lambda m: "SK" + m.hex(32), "twilio auth_token={v} «failed»", "TWILIO_API_KEY={v}")
token("datadog", lambda m: m.hex(32), "DD_API_KEY={v}", "datadog api_key: {v} «403»", "dd-agent: api key {v} «invalid»")
token("hex-token", lambda m: m.hex(40), "access_token={v}", "auth_token: {v} «expired»", "GITHUB_TOKEN={v}", "client_secret={v}&grant_type=«client_credentials»")
token("snowflake", lambda m: m.plain_password(), "snowsql -a «acc» -u {u} --private-key-passphrase {v}", "SNOWFLAKE_PASSWORD={v}", "snowflake.connector.connect(user='{u}', password='{v}', account='«acc»')")
token("slack-hook", lambda m: f"T{m.of(UPPER + DIGITS, 8)}/B{m.of(UPPER + DIGITS, 8)}/{m.of(ALNUM, 24)}", "POST https://hooks.slack.com/services/{v} «failed 404»")
templates("requests-auth", "requests.get('https://«{h}»', auth=('{u}', '{v}'))", "HTTPBasicAuth('{u}', '{v}') «401»", value=Maker.plain_password)
templates("pgpass", "{h}:5432:{d}:{u}:{v}", "*:*:*:{u}:{v}", value=Maker.plain_password)
templates("netrc", "machine «{h}» login {u} password {v}", "password {v}", value=Maker.plain_password)
templates("k8s-literal", "kubectl create secret generic «db» --from-literal=password={v}", "helm upgrade «etl» ./c --set db.password={v}", "terraform apply -var db_password={v}", value=Maker.plain_password)
templates("terraform", '+ password = "{v}"', '~ master_password = "{v}" -> (known after apply)', 'db_password = "{v}" «(sensitive)»', value=Maker.plain_password)
templates("stack-url", "java.sql.SQLException: «No suitable driver found for» jdbc:postgresql://{h}/{d}?user={u}&password={v}\n\tat «com.bank.Loader.run(Loader.java:42)»", "urllib3.exceptions.MaxRetryError: «HTTPSConnectionPool»(host='{h}', port=443): Max retries exceeded with url: /v1?api_key={v} («Caused by NewConnectionError»)", value=Maker.plain_password)
templates("ansi", "\x1b[31mpassword\x1b[0m=\x1b[1m{v}\x1b[0m", "\x1b[32mDB_PASSWORD\x1b[0m: {v}", value=Maker.plain_password)
templates("mixed-case", "PassWord={v}", "Api_Key: {v} «failed»", "CLIENT-SECRET={v}", "Access-Token = {v}", value=lambda m: m.of(ALNUM, 20))
templates("jaas", 'org.apache.kafka.common.security.plain.PlainLoginModule required username="{u}" password="{v}";', 'sasl.jaas.config=...ScramLoginModule required username=\\"{u}\\" password=\\"{v}\\";', value=Maker.plain_password)
templates("windows", r"net use Z: \\«{h}»\share {v} /user:CORP\{u}", r"schtasks /create /ru CORP\{u} /rp {v} /tn «eod»", r"cmdkey /add:«{h}» /user:{u} /pass:{v}", 'ConvertTo-SecureString "{v}" -AsPlainText -Force', value=Maker.plain_password)
templates("db2", "db2 connect to «{d}» user {u} using {v}", "CONNECT TO «{d}» USER {u} USING '{v}'", value=Maker.plain_password)
templates("ftp", "---> PASS {v}", "ftp> user {u} {v}", "C: PASS {v}", "USER {u}\nPASS {v}\n«530 Login incorrect»", value=Maker.plain_password)
templates("openssl", "openssl pkcs12 -in a.p12 -passin pass:{v} «-nodes»", "openssl rsa -passout pass:{v}", value=Maker.plain_password)
templates("dsn", "SENTRY_DSN=https://{v}@o11.ingest.«sentry.io»/42", value=lambda m: m.hex(32))
templates("hash", "{u}:{v}:19000:0:99999:7:::", "password_hash={v}", value=lambda m: "$6$" + m.of(ALNUM, 8) + "$" + m.of(ALNUM + "./", 86))
templates("spaced-key", "API Key: {v}", "Secret Access Key: {v}", "Access Token: {v} «rejected»", "Client Secret = {v}", "Encryption key: {v}", value=lambda m: m.of(ALNUM, 28))
templates("table", "| db_password | {v} |", "| API_TOKEN       | {v} | «active» |", "DB_PASSWORD        {v}", value=lambda m: m.of(ALNUM, 10) + "9!")

# What the first rules missed, found by thinking about shapes and not by looking at the other part.
templates("pipes", "echo {v} | kinit {u}@CORP", "echo '{v}' | sudo -S «systemctl restart eod»", "gpg --batch --passphrase-fd 0 -d f.gpg <<< {v}", 'passwd --stdin {u} <<< "{v}"', value=Maker.plain_password)
templates("credential-pairs", "credentials: {u}:{v}", "«login failed» with credentials {u}/{v}", "db creds={u}:{v} «refused»", value=Maker.plain_password)
templates("setters", 'ds.setPassword("{v}")', "conn.setPassword({v})", 'builder.withPassword("{v}")«.build()»', "password ({v}) «rejected»", value=Maker.plain_password)
templates("hadoop", "<property><name>fs.s3a.secret.key</name><value>{v}</value></property>", "<name>javax.jdo.option.ConnectionPassword</name>\n    <value>{v}</value>", value=lambda m: m.of(ALNUM, 30) + "7")
templates("oracle-quoted", 'jdbc:oracle:thin:{u}/"{v}"@«{h}»:1521:ORCL', value=Maker.plain_password)
templates("one-time", "your one-time code is {v}", "2FA code={v} «invalid»", "verification code: {v}", value=lambda m: m.of("123456789", 6))
templates("ldap-hash", "userPassword: {v}", "«bind failed» for {v}", value=lambda m: "{SSHA}" + m.b64(32))
templates("windows-hash", "{u}:1001:{v}:::", value=lambda m: "aad3b435b51404eeaad3b435b51404ee:" + m.hex(32))
templates("net-user", "net user {u} {v} /add", value=Maker.plain_password)
templates("smtp-login", "AUTH LOGIN ZXRs {v}", value=lambda m: base64.b64encode(m.plain_password().encode()).decode())
templates("device-code", "device_code={v} «pending»", "session_id={v}", "code_verifier={v}", value=lambda m: m.b64url(42) + "7")
templates("few-digits", "credentials {v} «for s3a://bucket»", "aws_secret {v}", value=lambda m: m.of(LOWER + UPPER + "+/", 40))
token("few-digits", lambda m: m.pick("AIza" + m.of(LOWER + UPPER, 35), "hvs." + m.of(LOWER + UPPER, 40), "glc_" + m.of(LOWER + UPPER, 40)))
token("cloud-keys", lambda m: m.pick("LTAI5t" + m.of(ALNUM, 18) + "7x2", "GOOG1E" + m.of(UPPER + DIGITS, 55), "AKID" + m.of(ALNUM, 30) + "x1"))
templates("ssn-bare", "ssn {v} «not found»", value=lambda m: m.ssn().replace("-", ""))

# A second part that was looked at once (no secret left in 0.922 of the texts), and tuned on after that.
templates("seen-compose", "      - POSTGRES_PASSWORD={v}", "environment: MYSQL_ROOT_PASSWORD={v} «MYSQL_DATABASE={d}»", "env: {name: REDIS_PASSWORD, value: {v}}", value=Maker.plain_password)
templates("seen-spring", "datasource:\n  username: {u}\n  password: {v}\n  url: «jdbc:postgresql://{h}/{d}»", "spring.rabbitmq.password={v}", "Property 'spring.mail.password' with value '{v}' «is not valid»")
templates("seen-npmrc", "//registry.npmjs.org/:_authToken={v}", "npm ERR! «E401» //npm.corp/:_password={v}", "pip: --index-url https://{u}:{v}@«{h}»/simple", value=lambda m: m.of(ALNUM, 32) + "4b")
templates("seen-maven", "<server><id>«nexus»</id><username>{u}</username><password>{v}</password></server>", '<connection user="{u}" password="{v}" «url="{d}"» />', value=Maker.plain_password)
templates("seen-kafka", "ssl.keystore.password = {v}", "\tssl.truststore.password={v}", "sasl.mechanism=PLAIN username={u} password={v} «bootstrap={h}:9092»", value=Maker.plain_password)
templates("seen-ansible", "{h} ansible_user={u} ansible_ssh_pass={v}", "ansible_become_password: {v}", 'fatal: [«{h}»]: FAILED! => {"ansible_password": "{v}"}')
templates("seen-curl-data", "curl -d 'username={u}&password={v}' «https://{h}/login»", "curl --data '{\"user\":\"{u}\",\"password\":\"{v}\"}' «https://{h}»", "POST body: grant_type=password&username={u}&password={v} «400»", value=Maker.plain_password)
templates("seen-dumps", "    [password] => {v}", "  [:password, \"{v}\"]", 'array(2) { ["password"]=> string(12) "{v}" }', "map[«host»:{h} password:{v}]", "Map(password -> {v}, «host» -> {h})", value=Maker.plain_password)
templates("seen-locals", "    password = '{v}'", "  locals: {'password': '{v}', '«host»': '{h}'}", "self._password = \"{v}\"", "E       AssertionError: assert «connect»(password='{v}')")
templates("seen-fragment", "GET /cb#access_token={v}&token_type=bearer «302»", "Location: https://«{h}»/cb?id_token={v}", "ws://«{h}»/ws?jwt={v}", value=Maker.jwt)
templates("seen-cloudfront", "https://d111.cloudfront.net/«in.csv»?Expires=1790000000&Signature={v}&Key-Pair-Id=K2JCJMDEHXQW5F", value=lambda m: m.b64url(340))
templates("seen-etl-tools", "pmcmd startworkflow -sv is -d dom -u {u} -p {v} «wf_eod»", "dsjob -domain d -user {u} -password {v} -run «proj» job", "nzsql -host «{h}» -u {u} -pw {v}", "dtexec /Set \\Package.Variables[Password];{v} «/F eod.dtsx»", value=Maker.plain_password)
templates("seen-sas", 'libname l oracle user={u} pw="{v}" «path={d}»;', "proc sql; connect to teradata (user={u} password={v} «server={h}»);", value=Maker.plain_password)
templates("seen-mq", "ALTER AUTHINFO(X) AUTHTYPE(IDPWLDAP) LDAPPWD('{v}')", "amqs: MQCSP user {u} password {v} «MQRC 2035»", value=Maker.plain_password)
templates("seen-sigv4", "Authorization: AWS4-HMAC-SHA256 Credential=x/20261121/eu-west-1/s3/aws4_request, «SignedHeaders=host», Signature={v}", "X-Amz-Signature={v} «SignatureDoesNotMatch»", value=lambda m: m.hex(64))
templates("seen-aws-words", "AccessKey: {v} «region eu-west-1»", "access key {v} «is inactive»", "«AuthFailure» for {v}", value=Maker.aws_key_id)
templates("seen-htpasswd", "{u}:{v}", "AuthUserFile entry {u}:{v} «unreadable»", value=lambda m: "$apr1$" + m.of(ALNUM, 8) + "$" + m.of(ALNUM, 22))
templates("seen-told", "I set the password to {v}", "pw for {u}: {v}", "Password changed to: {v}", "login: {u} / password: {v}", "the db password ({v}) «does not work»", "Default password {v} «must be changed»", value=Maker.plain_password)
templates("seen-snowflake", "SNOWSQL_PWD={v} snowsql -a «acc»", "export SNOWFLAKE_PRIVATE_KEY_PASSPHRASE={v}", "snowflake://{u}:{v}@«acc»/{d}", value=Maker.plain_password)
templates("seen-airflow", "AIRFLOW_CONN_{d}=postgres://{u}:{v}@«{h}»/{d}", "airflow connections add «x» --conn-password {v}", "AIRFLOW__CORE__FERNET_KEY={v}=", value=lambda m: m.b64url(40) + "x1Q")
templates("seen-punctuated", "(token: {v}) «failed»", "[api_key={v}] «403»", "token={v};", "auth_token={v}, «retrying»", '"token":"{v}"}', "<token>{v}</token>", "token {v}: «expired»", "token={v}&x=1", value=lambda m: "ghp_" + m.of(ALNUM, 36))


@kind("seen-k8s")
def seen_k8s(m):
    blob = base64.b64encode(m.plain_password().encode()).decode()
    return f"apiVersion: v1\nkind: Secret\ndata:\n  password: {blob}\n  host: ZGIwMQ==", [blob], ["kind: Secret"]


@kind("seen-key-in-line")
def seen_key_in_line(m):
    begin, body, end = m.pem("PRIVATE KEY")
    return m.prefix() + 'TLS_KEY="' + "\\n".join([begin, *body, end]) + '" rejected', body, ["rejected"]


clean("seen-clean-logins", "sshd[4711]: Failed password for {u} from 10.0.0.3 port 50022 ssh2", "pam_unix(sudo:auth): authentication failure; logname={u}", "su: Authentication failure", "Password must contain at least 12 characters", "kinit: Client '{u}@CORP' not found in Kerberos database", "[SQL0088] password rules: minimum 12", "ORA-28001: the password has expired", "login: {u} / role: batch")
clean("seen-clean-infra", "arn:aws:kms:eu-west-1:{acct}:key/{uuid}", "log stream etl/default/{id8}{id8}{id8}{id8}", "container {hex64} exited with 1", "s3://bucket/keys/2026/11/21/part-{n}.parquet", "KeyError: 'token_count'", "aws_access_key_id is not set", "checking /etc/ssl/private/server.key", "kid={hex16} alg=RS256", "sg-{id8} does not allow 5432")
clean("seen-clean-code", "    password = os.environ['DB_PASSWORD']", "    token = get_token(session)", "def set_password(self, value):", "raise ValueError('secret must be a string')", "SELECT count(*) FROM api_keys WHERE token IS NULL", "map[«host»:{h} port:5432]", "password: Optional[str] = None", "var.db_password is empty")
clean("seen-clean-batch", "{u} ran step 12 of 40 in 3m", "Task {uuid} moved to RUNNING", "records read 120033, passed 120001, failed 32", "spark.executor.memory=4g spark.yarn.keytab=/etc/etl.keytab", "Processed keys 1-9999 of shard 7", "checksum {hex64} matches", "retry 3 of 5 after 2.5 s", "exit code: 137", "PIN-pad service restarted", "author: {u}, reviewer: jo")

# A third part to look at once, with formats of its own, written before any of them was run.
templates("later-vars-files", "password_prod: {v}  # {d}", "export ORACLE_PWD='{v}'; sqlldr «control=pos.ctl»", "set DBPWD={v}", "EXPORT SYBASE_SA_PASSWORD={v}", "PASS_ETL=\"{v}\"", value=Maker.plain_password)
templates("later-scala-case", "ConnectionInfo({h},5432,{u},password={v})", "Login(user = {u}, password = {v}, «host = {h}»)", 'Options(Map("dbtable" -> "«pos»", "password" -> "{v}"))', value=Maker.plain_password)
templates("later-spark-submit", "spark-submit --conf spark.hadoop.fs.s3a.secret.key={v} «--class Eod»", "spark.ssl.keyPassword={v}", '.option("password", "{v}").option("«dbtable»", "pos")', value=lambda m: m.plain_password() + m.of(ALNUM, 12))
templates("later-sqoop", "sqoop import --connect «jdbc:mysql://{h}/{d}» --username {u} --password {v}", "hive -hiveconf javax.jdo.option.ConnectionPassword={v} «-f q.hql»", value=Maker.plain_password)
templates("later-error-echo", "error: unrecognized arguments: --db-password {v} «(choose from a, b)»", "usage error near '--token={v}' «exit code 2»", "Invalid value for '--secret': '{v}' «is too short»", value=lambda m: m.plain_password() + "aa")
templates("later-sftp-config", "IdentityFile x\n  Password {v}\n  HostName «{h}»", "open sftp://{u}:{v}@«{h}»/ -hostkey=*", "winscp.com /command \"open sftp://{u}:{v}@«{h}»\"", value=Maker.plain_password)
templates("later-graph", '{"data":{"createUser":{"email":"x","password":"{v}"}},"«errors»":[]}', 'mutation { login(user: "{u}", password: "{v}") { «token» } }', value=Maker.plain_password)
templates("later-csv-config", "db.user,{u}\ndb.password,{v}\ndb.host,«{h}»", "name;value\npassword;{v}", value=Maker.plain_password)
templates("later-stack-args", "  at connect(Db.java:10) [user={u}, password={v}]", "called with args=('{h}', '{u}'), kwargs={'password': '{v}', '«timeout»': 3}", "Task etl.load[{uuid}] raised with kwargs={'api_token': '{v}'}", value=Maker.plain_password)
templates("later-powershell", "-Password (ConvertTo-SecureString '{v}' -AsPlainText -Force)", "Invoke-Sqlcmd -Username {u} -Password {v} «-Database {d}»", '$password = "{v}"', value=Maker.plain_password)
templates("later-headers-lower", "x-vault-token: {v}", "> x-auth-token: {v}", "x-functions-key: {v}", '"x-api-key": "{v}"', "request headers: [x-api-key: {v}, «accept: */*»]", value=lambda m: m.of(ALNUM, 36))
templates("later-oauth-body", "client_id=etl&client_secret={v}&«scope=read»", '{"access_token":"{v}","«expires_in»":3600}', "refresh_token={v} «invalid_grant»", "code={v}&«redirect_uri=x»&client_secret=xxxx", value=lambda m: m.b64url(44) + "Z9")
templates("later-tokens-in-paths", "/home/{u}/.config/tool?key=1 token=({v})", "«GET» /api?private_token={v}", "clone https://oauth2:{v}@«gitlab.corp»/x.git", "https://x-access-token:{v}@«github.com»/o/r", value=lambda m: m.pick("ghp_", "glpat-") + m.of(ALNUM, 36))
templates("later-aws-cli-export", "export AWS_ACCESS_KEY_ID=AKIAQYZ2345ABCDEFGH2 AWS_SECRET_ACCESS_KEY={v}", "[profile x]\naws_secret_access_key={v}\n«region=eu-west-1»", '{"Credentials":{"SecretAccessKey":"{v}","«Expiration»":"2026-11-21"}}', value=Maker.aws_secret)
templates("later-mail", "smtp login {u} password={v} «535 5.7.8 Authentication failed»", "mailx -S smtp-auth-password={v} «-s eod»", "spring.mail.properties.mail.smtp.password={v}", value=Maker.plain_password)
templates("later-cards", "PAN={v} «declined»", "cardNumber: {v}, «cvv missing»", "payment with card {v} «refused»", value=Maker.card)
clean("later-clean-auth", "token refreshed in 12 ms", "no token for {u}, logging in", "auth failed: 3 attempts left", "permission denied (publickey,password)", "password prompt timed out after 30s", "LDAP: error code 49 - 80090308", "using keytab /etc/etl.keytab for {u}@CORP", "secret version 7 is current", "API key rotation due in 12 days")
clean("later-clean-ops", "pod etl-{id8} restarted 3 times", "GET /v1/tokens 404 in 12 ms", "job {uuid} -> SUCCEEDED", "wrote s3://bucket/{id8}/part-0001.snappy.parquet", "trace_id={hex16}{hex16} span_id={hex16}", "git rev {hex40}", "image etl:1.4.7@sha256:{hex64}", "lock held by {u} since 03:00", "checkpoint key offset={n}")
clean("later-clean-sql", "ERROR: relation \"api_tokens\" does not exist", "UPDATE users SET password_changed_at = now() WHERE id = {n}", "unique constraint \"secrets_pkey\" violated", "SELECT key, value FROM config LIMIT 10", "GRANT SELECT ON tokens TO {u}", "column password_hash of relation users is of type text")
clean("later-clean-code", "if not token: raise AuthError('no token')", "secret = client.get_secret_value(SecretId=name)", "password = prompt()", "token: str | None", "assert response.json()['token']", "def check_password(raw, hashed):", "key = lambda x: x[1]")

# Clean lines ---------------------------------------------------------------------------------------------------------

clean("clean-auth", 'FATAL: «password authentication failed for user "{u}"»', "Access denied for user '{u}'@'10.0.0.3' («using password: YES»)", "«ORA-01017: invalid username/password; logon denied»", "«Invalid API key provided»", "token expired", "The security token included in the request is expired", "«PasswordExpiredException»: account locked", "Bearer token is missing", "Basic authentication failed", "password: incorrect", "login failed: bad password", "error: missing required secret", "no password supplied")
clean("clean-setters", "getPassword(db1) returned null", "calling setPassword(char[])", "password (auth2.c:33)", "verify_password(user17)", "password [required]", "sudo -S <<< $PASS", "cat <<< report7x", "credentials: provider chain v2", "session id 1234", "session_id=42", "time code 471122 frames", "exit code is 1374", "code is 403", "net user list /add", "<name>fs.s3a.endpoint</name><value>s3.eu-west-1.amazonaws.com</value>", "{SHA} digest of the archive")
clean("clean-names", "secret not found: prod/db/creds", "Secrets Manager can't find the specified secret «prod/{d}/db»", "reading secret arn:aws:secretsmanager:eu-west-1:{acct}:secret:prod/db-AbCdEf", "secretName: prod/{d}", "mounted /run/secrets/db_password", "password_file=/run/secrets/db", "key=customer_id", "partition_key=2024-01-01", "primary key: trade_id", "sort key = ts", "object key in/2026/11/21/pos.csv", "DB_PASSWORD_FILE=/etc/etl/pw", "secret_arn = arn:aws:secretsmanager:eu-west-1:{acct}:secret:x")
clean("clean-counts", "tokens: 1532", "max_tokens=4096", "prompt tokens 12, completion tokens 88", "keys: 3, values: 4", "password_length=12", "token_ttl: 3600", "retries=3 keyspace=ledger", "passed=12 failed=0", "bypass=true", "auth=ldap", "compass=3", "keyword=trade")
clean("clean-ids", "commit {hex40}", "digest sha256:{hex64}", "Request ID: {uuid}", "x-amz-id-2: {b64}", "ETag: \"{hex16}{hex16}\"", "image 123.dkr.ecr.eu-west-1.amazonaws.com/etl@sha256:{hex64}", "s3://bucket/prefix/{uuid}/part-00001-{uuid}.c000.snappy.parquet", "application_1700000000000_0042 finished", "arn:aws:states:eu-west-1:{acct}:execution:eod:{uuid}", "traceId={hex16}{hex16} spanId={hex16}", "container {hex64} exited 137", "jobId={uuid} attempt=2", "version_id={b32}")
clean("clean-stack", "\tat com.bank.auth.TokenService.refreshToken(TokenService.java:88)", "Caused by: java.lang.SecurityException: password encoder missing", "  File \"/app/secrets.py\", line 12, in get_secret", "KeyError: 'DB_PASSWORD'", "org.springframework.security.authentication.BadCredentialsException: Bad credentials", "at Object.<anonymous> (/app/node_modules/token/index.js:10:5)", "sun.security.validator.ValidatorException: PKIX path building failed", "TypeError: getPassword() missing 1 required positional argument: 'key'", "botocore.exceptions.NoCredentialsError: Unable to locate credentials")
clean("clean-masked", "password=****", "password=[REDACTED]", "DB_PASSWORD=${DB_PASSWORD}", "password: {{ db_password }}", "token=<redacted>", "secret = (sensitive value)", "PGPASSWORD=$PGPASSWORD psql", "password=None", "api_key: null", "Authorization: [REDACTED]", "password='********'", "<password>******</password>")
clean("clean-sql", "SELECT password, token FROM users WHERE id = 7", "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (id)", "column \"password\" does not exist", "INSERT INTO audit(key, value) VALUES (1, 2)", "ERROR: duplicate key value violates unique constraint \"pk_trade_id\"", "Key (trade_id)=(8841) already exists.", "CREATE TABLE users (id int, password varchar(80))", "JOIN keys k ON k.id = t.key_id")
clean("clean-json", '{"level":"info","msg":"token refreshed","duration_ms":12}', '{"error":"invalid_grant","error_description":"refresh token expired"}', '{"password":null,"user":"{u}"}', '{"errors":{"password":"must be at least 8 characters"}}', '{"usage":{"input_tokens":12,"output_tokens":3}}', '{"type":"secret","name":"db-creds","status":"missing"}', '{"key":"trade_id","value":"T-1042"}')
clean("clean-batch", "CAUAJM_I_40245 EVENT: CHANGE_STATUS STATUS: FAILURE JOB: eod_{d}", "exit code 137: OutOfMemoryError: Container killed due to memory usage", "loaded 120033 rows into {d}.positions in 12.4s", "An error occurred (AccessDenied) when calling the GetSecretValue operation: User: arn:aws:sts::{acct}:assumed-role/etl/{uuid} is not authorized to perform: secretsmanager:GetSecretValue on resource: prod/db", "Downloading https://repo1.maven.org/maven2/org/apache/commons/commons-lang3/3.12.0/commons-lang3-3.12.0.jar", "rsync etl@sftp.partner.example:/in/ ./in", "connecting to {h}:5432 as {u}", "java -Xmx4g -jar app.jar --spring.profiles.active=prod", "GET /health HTTP/1.1 200 12ms", "curl -s https://{h}/api/v1/status", "ps -p 812 -o pid,cmd", "mkdir -p /data/in && cp -p a b", "docker run -p 8080:80 nginx")
clean("clean-parser", "syntax error: unexpected token: FROM", "SyntaxError: Unexpected token } in JSON at position 12", "near token SELECT: expected identifier", "invalid token 'x' at line 3", "end of token stream", "Error: ENOENT: no such file or directory, open '/app/key.json'", "Unexpected key: retries", "unknown config key: max_age")
clean("clean-numbers", "order 1700000000000123 processed", "amount=4111.11 total=9982", "ts=1790000000123456789", "phone 555-0100", "2026-11-21 10:20:30.123456", "isbn 978-3-16-148410-0", "rows 1234-5678", "ip 10.20.30.40 port 5432", "id=12345678901234")

# Seen once: none of these was looked at while the rules were written.
ONCE = {
    "kv-weak", "go-struct", "json-in-json", "toml-ini", "cli-user", "teradata", "odbc-braces", "query-encoded", "header-token", "presigned", "pem-prefixed", "pem-tailless", "xml-lines",
    "blob-json", "card-grouped", "iban", "token-gitlab", "token-stripe", "token-openai", "token-databricks", "token-google-oauth", "token-snowflake", "netrc", "terraform", "mixed-case",
    "windows", "openssl", "spaced-key", "kv-spaces", "azure-sas", "clean-counts", "clean-json", "clean-parser", "clean-masked",
}


def cases(part, seed=20261121, rounds=25):
    for name, make in KINDS.items():
        if part != ("later" if name.startswith("later-") else "once" if name in ONCE else "tune"):
            continue
        for index in range(rounds):
            text, secrets, keep = make(Maker(f"{seed}/{name}/{index}"))
            yield {"kind": name, "text": text, "secrets": secrets, "keep": keep}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--part", choices=("tune", "once", "later"), default="tune")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    for case in cases(options.part, options.seed, options.rounds):
        json.dump(case, sys.stdout)
        print()


if __name__ == "__main__":
    main()
