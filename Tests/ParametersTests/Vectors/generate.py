"""Writes shorthand.json beside this file: option values, with what the AWS CLI makes of each.

    python3 -m venv /tmp/cli/venv && /tmp/cli/venv/bin/pip install awscli==1.46.3
    /tmp/cli/venv/bin/python generate.py [SEED COUNT]

Nothing is sent: the CLI's own reading of parameter files, its shorthand parser (with BackCompatVisitor), its unpacking
of arguments and botocore's validation run on the shapes of `batch submit-job`, `glue start-job-run` and some made here.

A case has `shape` (a name in `shapes`), `words`, `files` (what `file://` finds), and `value` or `error` (of the CLI). Where
awsjob deliberately refuses what the CLI takes, or takes what it refuses, `deviation` names the reason, a key of
`deviations`; `value` or `error` is then still the CLI's. A value that is no JSON (NaN) stands as null.

Not in here: booleans by themselves, which are options without a value to the CLI.
"""

import json
import math
import pathlib
import random
import sys
from collections import OrderedDict
from types import SimpleNamespace

import awscli
from awscli import argprocess, paramfile, shorthand
from awscli.botocore import session
from awscli.botocore.model import ShapeResolver
from awscli.botocore.validate import ParamValidator

INT32 = (-(2**31), 2**31 - 1)
INT64 = (-(2**63), 2**63 - 1)

DEVIATIONS = {
    "service": "the model has a maximum, an enum or the 32 or 64 bits of an integer, which botocore leaves to the service; refused here before anything is sent",
    "twice": "a member stands twice in JSON or in {...}: the CLI silently keeps the last",
    "not-finite": "NaN and Infinity are no JSON; the CLI would send them",
    "python-number": "Python reads underscores and the digits of any script in a number, and takes a boolean for a number",
    "empty-key": "the shapes here have no rules for the keys of a map; the CLI refuses an empty key for some maps, awsjob for all",
    "letters": "the CLI makes a list of the characters of a word or a file where a JSON list was meant",
    "fileb": "fileb:// gives bytes, on which the CLI fails for every shape here; read as file://",
}

SYNTHETIC = {
    "Text": {"type": "string"}, "Word": {"type": "string", "min": 2, "max": 5},
    "Color": {"type": "string", "enum": ["red", "green"]},
    "Int": {"type": "integer"}, "Attempts": {"type": "integer", "min": 1, "max": 10}, "Long": {"type": "long"},
    "Double": {"type": "double"}, "Bool": {"type": "boolean"},
    "Texts": {"type": "list", "member": {"shape": "Text"}}, "Two": {"type": "list", "member": {"shape": "Text"}, "min": 2, "max": 3},
    "Ints": {"type": "list", "member": {"shape": "Int"}}, "Doubles": {"type": "list", "member": {"shape": "Double"}},
    "Bools": {"type": "list", "member": {"shape": "Bool"}}, "Grid": {"type": "list", "member": {"shape": "Ints"}},
    "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
    "Counts": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Int"}},
    "Lists": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Ints"}},
    "Inner": {"type": "structure", "members": {"x": {"shape": "Int"}, "y": {"shape": "Text"}, "flag": {"shape": "Bool"}, "tags": {"shape": "Tags"}, "texts": {"shape": "Texts"}}},
    "Inners": {"type": "list", "member": {"shape": "Inner"}},
    "Outer": {"type": "structure", "required": ["a"], "members": {
        "a": {"shape": "Text"}, "n": {"shape": "Long"}, "d": {"shape": "Double"}, "b": {"shape": "Bool"}, "color": {"shape": "Color"},
        "word": {"shape": "Word"}, "attempts": {"shape": "Attempts"}, "texts": {"shape": "Texts"}, "ints": {"shape": "Ints"},
        "bools": {"shape": "Bools"}, "two": {"shape": "Two"}, "inner": {"shape": "Inner"}, "inners": {"shape": "Inners"},
        "tags": {"shape": "Tags"}, "grid": {"shape": "Grid"}, "counts": {"shape": "Counts"}}},
    "Outers": {"type": "list", "member": {"shape": "Outer"}},
}


def shapes():
    found = {}
    for service, operation, prefix in (("batch", "SubmitJob", "batch"), ("glue", "StartJobRun", "glue")):
        model = session.get_session().get_service_model(service).operation_model(operation).input_shape
        for name, shape in model.members.items():
            if shape.type_name != "boolean":
                found[f"{prefix}.{name}"] = shape
        found[prefix] = model
    resolver = ShapeResolver(SYNTHETIC)
    for name in SYNTHETIC:
        if name != "Bool":
            found[name] = resolver.get_shape_by_name(name)
    return found


def described(shape):
    kind, limits = shape.type_name, {k: shape.metadata[k] for k in ("min", "max") if k in shape.metadata}
    if kind == "string":
        return {"type": kind, **limits, "enum": list(shape.enum)}
    if kind in ("integer", "long"):
        low, high = INT32 if kind == "integer" else INT64
        return {"type": "integer", "min": limits.get("min", low), "max": limits.get("max", high)}
    if kind == "structure":
        return {"type": kind, "members": [
            {"name": n, "shape": described(s), "required": n in shape.required_members} for n, s in shape.members.items()]}
    if kind == "list":
        return {"type": kind, **limits, "member": described(shape.member)}
    if kind == "map":
        return {"type": kind, **limits, "value": described(shape.value)}
    return {"type": {"float": "double"}.get(kind, kind)}


class Watch:
    """What is seen while the CLI works: the reasons why awsjob refuses, whatever comes out."""

    reasons = set()


def pairs(members):
    if len({k for k, _ in members}) < len(members):
        Watch.reasons.add("twice")
    return OrderedDict(members)


class Members(dict):
    def __setitem__(self, key, value):
        if key in self:
            Watch.reasons.add("twice")
        super().__setitem__(key, value)


class WatchedParser(shorthand.ShorthandParser):
    """ShorthandParser that notes a key that stands twice in {...}; the method is the CLI's own but for `Members`."""

    def _hash_literal(self):
        self._expect("{", consume_whitespace=True)
        keyvals = Members()
        while self._current() != "}":
            key = self._key()
            self._should_resolve_paramfiles = False
            try:
                self._expect("@", consume_whitespace=True)
                self._should_resolve_paramfiles = True
            except shorthand.ShorthandParseSyntaxError:
                pass
            self._expect("=", consume_whitespace=True)
            v = self._explicit_values()
            self._consume_whitespace()
            if self._current() != "}":
                self._expect(",")
                self._consume_whitespace()
            keyvals[key] = v
        self._expect("}")
        return dict(keyvals)


def number(kind):
    def read(text):
        value = kind(text)
        if isinstance(text, str) and ("_" in text or not text.isascii() and any(not c.isascii() and not c.isspace() for c in text)):
            Watch.reasons.add("python-number")
        return value
    return read


def watch(files):
    """Puts the notes and the files into the CLI's modules."""
    def load(text, **options):
        return json.loads(text, object_pairs_hook=pairs)

    def get_file(prefix, path, mode):
        try:
            content = files[path[len(prefix):]]
        except KeyError as e:
            raise paramfile.ResourceLoadingError(f"Unable to load paramfile {path}") from e
        return content.encode() if "b" in mode else content

    argprocess.json = SimpleNamespace(loads=load)
    for module in (argprocess, shorthand):
        module.int, module.float = number(int), number(float)
    cases = {"file://": (get_file, {"mode": "r"}), "fileb://": (get_file, {"mode": "rb"})}
    shorthand.LOCAL_PREFIX_MAP = cases
    return cases


def unpacked(shape, words, files):
    """What `aws` does with the words of an option (clidriver, arguments, paramfile, argprocess)."""
    cases = watch(files)
    is_list = shape.type_name == "list"
    if not is_list and len(words) != 1:
        raise ValueError("argparse: one argument")
    value = list(words) if is_list else words[0]
    argument = SimpleNamespace(argument_model=shape, cli_name="--option", name="option", py_name="option")
    content = paramfile.get_paramfile(value[0] if is_list and len(value) == 1 else value, cases)
    value = value if content is None else content
    parser = argprocess.ParamShorthandParser()
    parser._parser = WatchedParser()
    result = parser(argument, value, "process-cli-arg.batch.submit-job")
    return argprocess.unpack_cli_arg(argument, value) if result is None else result


def refusals(value, shape):
    kind, limits = shape.type_name, shape.metadata
    if kind in ("string", "integer", "long", "list", "map") and not isinstance(value, bool):
        size = value if kind in ("integer", "long") else len(value)
        low, high = {"integer": INT32, "long": INT64}.get(kind, (0, math.inf))
        if not max(low, limits.get("min", low)) <= size <= limits.get("max", high):
            yield "service"
    if kind == "string" and shape.enum and value not in shape.enum:
        yield "service"
    if kind in ("integer", "long", "double", "float") and isinstance(value, bool):
        yield "python-number"
    if kind in ("double", "float") and not math.isfinite(value):
        yield "not-finite"
    if kind == "structure":
        for name, member in value.items():
            yield from refusals(member, shape.members[name])
    if kind == "list":
        for element in value:
            yield from refusals(element, shape.member)
    if kind == "map":
        if "" in value:
            yield "empty-key"
        for element in value.values():
            yield from refusals(element, shape.value)


def case(found, name, words, files=None, deviation=None):
    shape, files = found[name], files or {}
    Watch.reasons = set()
    result = {"shape": name, "words": words, **({"files": files} if files else {})}
    try:
        value = unpacked(shape, words, files)
        errors = ParamValidator().validate(value, shape)
        if errors.has_errors():
            raise ValueError(errors.generate_report().splitlines()[0])
    except Exception as e:  # The CLI ends with an error whatever the class.
        result["error"] = f"{type(e).__name__}: {' '.join(str(e).split())}"[:160]
    else:
        reasons = sorted(Watch.reasons | set(refusals(value, shape)))
        result["value"] = None if "not-finite" in reasons else value
        deviation = deviation or (reasons[0] if reasons else None)
    if deviation:
        result["deviation"] = deviation
    return result


S, RS, CO = "batch.dependsOn", "batch.retryStrategy", "batch.containerOverrides"
HAND = [
    (S, ["jobId=a,type=N_TO_N", "jobId=b"]), (S, ["jobId=a"]), (S, []), (S, ["jobId=a jobId=b"]), (S, ["jobId=a,jobId=b"]),
    (S, ['[{"jobId":"a"},{"type":"SEQUENTIAL"}]']), (S, ['{"jobId":"a"}', '{"jobId":"b"}']), (S, ['{"jobId":"a"}', "jobId=b"]),
    (S, ["jobId=b", '{"jobId":"a"}']), (S, ['[{"jobId":"a"}]', '[{"jobId":"b"}]']), (S, [""]), (S, ["jobId"]), (S, ["a"]), (S, [" [ ] "]),
    (S, ["jobId=a,type=NONE"]), (S, ["jobId= a , type = N_TO_N"]), (S, ["jobId=a,"]), (S, [",jobId=a"]), (S, ["jobId=a,,type=N_TO_N"]),
    ("batch.arrayProperties", ["size=5"]), ("batch.arrayProperties", ["5"]), ("batch.arrayProperties", ["size=x"]), ("batch.arrayProperties", ["size="]),
    ("batch.arrayProperties", ["size=5.0"]), ("batch.arrayProperties", ["size=+5"]), ("batch.arrayProperties", ["size= 007 "]), ("batch.arrayProperties", ["size=-0"]),
    ("batch.arrayProperties", ["size=5,6"]), ("batch.arrayProperties", ["size=[5]"]), ("batch.arrayProperties", ["size={a=1}"]), ("batch.arrayProperties", ["size=5", "size=6"]),
    ("batch.arrayProperties", ['{"size":5}']), ("batch.arrayProperties", ['{"size":"5"}']), ("batch.arrayProperties", ['{"size":5.0}']), ("batch.arrayProperties", ['{"size":null}']),
    ("batch.arrayProperties", ['{"size":true}']), ("batch.arrayProperties", ["size=99999999999"]), ("batch.arrayProperties", ["size=1_000"]), ("batch.arrayProperties", ["size=٣"]),
    ("batch.arrayProperties", ['{"size":1,"size":2}']), ("batch.arrayProperties", ["Size=5"]), ("batch.arrayProperties", ["[5]"]), ("batch.arrayProperties", ['{"size":5']),
    ("batch.arrayProperties", ["size=99999999999999999999999999"]), ("batch.arrayProperties", ["size=0x5"]), ("batch.arrayProperties", ["size='5'"]), ("batch.arrayProperties", [" size=5"]),
    (RS, ["attempts=1"]), (RS, ["attempts=1 evaluateOnExit=2"]), (RS, ["attempts=3,evaluateOnExit=[{onStatusReason=Host EC2*,action=RETRY},{onReason=*,action=EXIT}]"]),
    (RS, ["attempts=3,evaluateOnExit={onStatusReason=Host EC2*,action=RETRY}"]), (RS, ["evaluateOnExit=[{onReason=*}]"]), (RS, ["attempts=3,evaluateOnExit=[{onReason=*,action=exit}]"]),
    (RS, ["attempts=3,evaluateOnExit=[{onReason=a:b*,action=EXIT},]"]), (RS, ["attempts=3,evaluateOnExit=[]"]), (RS, ["attempts=3,evaluateOnExit=x"]), (RS, ["attempts=3,evaluateOnExit=[{action=EXIT"]),
    (RS, ["attempts=3,evaluateOnExit=[{action=EXIT}"]), (RS, ["attempts=3,evaluateOnExit=[{action=EXIT}]]"]), (RS, ["attempts=3,evaluateOnExit=[{action=EXIT,action=RETRY}]"]),
    (CO, ["command=a,b,c"]), (CO, ["command=a"]), (CO, ["command=[a,b]"]), (CO, ["command=[a b,'c,d',\"e=f\"]"]), (CO, ["command=a,b,vcpus=2,memory=1024"]),
    (CO, ["command=echo,hello world,instanceType=m5.large"]), (CO, ["command="]), (CO, ["command=,memory=1"]), (CO, ["command=''"]), (CO, ["command=[]"]), (CO, ["command=[,]"]), (CO, ["command=[,,a]"]),
    (CO, ["command=a\\,b,c"]), (CO, ["command=a,b\\,c"]), (CO, ["command=a,b\\,memory=5"]), (CO, ["command=a,\"b,memory\"=5"]), (CO, ["command='it\\'s',x"]), (CO, ["command=\"a\\\"b\\\\\""]),
    (CO, ["command='a\\'"]), (CO, ["command='a"]), (CO, ["command='a\\\\',b"]), (CO, ["command='a\\\\',b='c'"]), (CO, ["command=a'b"]), (CO, ["command=a,b\"c"]), (CO, ["command=-x,--y=z"]), (CO, ["command=--y=z"]),
    (CO, ["command=a=b,c"]), (CO, ["command=a,b=c"]), (CO, ["command=$HOME,${X}"]), (CO, ["command=Ref::codec,-i"]), (CO, ["command=é,ß"]), (CO, ["command=😀"]), (CO, ["command='😀'"]), (CO, ["command=a\nb,c"]),
    (CO, ["environment=[{name=A,value=1},{name=B,value=}]"]), (CO, ["environment=[{name=A,value='x y, z'}]"]), (CO, ["environment={name=A,value=1}"]), (CO, ["environment=A"]), (CO, ["environment=[A]"]),
    (CO, ["environment=[{name=A,value=1}],memory=512,vcpus=1"]), (CO, ["environment=[{name=A, value=1} , {name=B,value=2}] , memory = 512"]), (CO, ["environment=[{name=A,value=1}] "]), (CO, ["environment=[{name=A value=1}]"]),
    (CO, ["environment=[{name=A,value=[1]}]"]), (CO, ["environment=[{=A}]"]), (CO, ["environment=[{name}]"]), (CO, ["environment=[{name=A,}]"]), (CO, ["environment=[{}]"]), (CO, ["resourceRequirements=[{type=GPU,value=1}]"]),
    (CO, ["resourceRequirements=[{type=GPU}]"]), (CO, ["resourceRequirements=[{type=TPU,value=1}]"]), (CO, ['{"command":["a",1]}']), (CO, ['{"environment":[{"name":"A","value":"1"}]}']), (CO, [' \n{"command":["a"]}']),
    (CO, ["\u00a0{}"]), (CO, ["{}"]), (CO, ["{'command':[]}"]), (CO, ["command @= x"]), (CO, ["file://co.json"], {"co.json": '{"command":["x"]}\n'}), (CO, ["file://co"], {"co": "command=a,b\n"}), (CO, ["file://none"]),
    (CO, ["command@=file://c"], {"c": "from file\n"}), (CO, ["command@=[file://c,x,file://d]"], {"c": "1", "d": "2"}), (CO, ["command@=file://none"]), (CO, ["environment=[{name=A,value@=file://c},{name=B,value=file://c}]"], {"c": "s"}),
    (CO, ["memory@=file://m"], {"m": "512\n"}), (CO, ["command=file://c"], {"c": "1"}), (CO, ["command@='file://c',x"], {"c": "q"}), (CO, ["memory@=12"]), (CO, ["fileb://co.json"], {"co.json": "{}"}, "fileb"),
    (CO, ["command@=fileb://c"], {"c": "x"}, "fileb"), (CO, [""]), (CO, ["file://e"], {"e": ""}), (CO, ["="]), (CO, ["=a"]), (CO, ["command"]), (CO, ["command=[[a]]"]), (CO, ["command={a=b}"]), (CO, ["command=[a"]), (CO, ["command=["]),
    ("batch.parameters", ["k=v,k2=v2"]), ("batch.parameters", ["k=v", "k2=v2"]), ("batch.parameters", ["k=a,b"]), ("batch.parameters", ["k=v,k=w"]), ("batch.parameters", ['{"k":"v","x y":"z"}']), ("batch.parameters", ["=v"]),
    ("batch.parameters", ["k=1"]), ("batch.parameters", ["k=true"]), ("batch.parameters", ["k="]), ("batch.parameters", ["k=,l="]), ("batch.parameters", ["a.b/c:d#e-f_g=1"]), ("batch.parameters", ["a b=1"]), ("batch.parameters", ["k='a,b'"]),
    ("batch.parameters", ["k=http://x/y"]), ("batch.parameters", ["k=a;b|c&d(e)"]), ("batch.parameters", ["k=a]b"]), ("batch.parameters", ["k=a}b"]), ("batch.parameters", ["k=a[b{c"]), ("batch.parameters", ["k=]a"]), ("batch.parameters", ["k=}a"]),
    ("batch.parameters", ["k=~a~"]), ("batch.parameters", ["k=\\a\\\\b"]), ("batch.parameters", ["k=a\u00a0"]), ("batch.parameters", ["k=\u00a0"]), ("batch.parameters", ["k=a\u001c"]), ("batch.parameters", ["k=\u0001"]), ("batch.parameters", ["k=a\u007fb"]),
    ("batch.parameters", ["ü=1"]), ("batch.parameters", ["k=a@=b"]), ("batch.parameters", ["k@=b"]), ("batch.parameters", ["k@@=b"]), ("batch.parameters", ["k=@b"]), ("batch.parameters", ['{"k":1}']), ("batch.parameters", ['{"k":"v","k":"w"}']),
    ("batch.parameters", ["k='a' b"]), ("batch.parameters", ["k='a'b"]), ("batch.parameters", ["k='a' ,l=b"]), ("batch.parameters", ["k=\"\""]), ("batch.parameters", ["k=\t\"x\"\n"]), ("batch.parameters", ["k='a\\\\b\\'c\\\"d'"]),
    ("batch.timeout", ["attemptDurationSeconds=60"]), ("batch.timeout", ["attemptDurationSeconds=1e2"]), ("batch.timeout", ['{"attemptDurationSeconds":1e2}']), ("batch.timeout", ['{"attemptDurationSeconds":-0}']),
    ("batch.shareIdentifier", ["x"]), ("batch.shareIdentifier", [""]), ("batch.shareIdentifier", ["file://x"], {"x": "y\n"}), ("batch.shareIdentifier", ["https://x"]), ("batch.shareIdentifier", ["a", "b"]), ("batch.shareIdentifier", ["[x]"]),
    ("batch.schedulingPriorityOverride", ["5"]), ("batch.schedulingPriorityOverride", [" 5 "]), ("batch.schedulingPriorityOverride", ["five"]), ("batch.schedulingPriorityOverride", [""]), ("batch.schedulingPriorityOverride", ["file://n"], {"n": "7\n"}),
    ("batch.schedulingPriorityOverride", ["3000000000"]), ("batch.schedulingPriorityOverride", ["1.0"]), ("batch.schedulingPriorityOverride", ["--5"]), ("batch.schedulingPriorityOverride", ["- 5"]), ("batch.tags", ["a=b"]), ("batch.tags", ["a=" + "v" * 257]),
    ("batch.nodeOverrides", ["numNodes=2,nodePropertyOverrides=[{targetNodes=0:1,containerOverrides={command=[a,b],environment=[{name=X,value=1}]}}]"]), ("batch.nodeOverrides", ["nodePropertyOverrides=[{}]"]),
    ("batch.nodeOverrides", ["nodePropertyOverrides=[{targetNodes=0,containerOverrides={command=a,vcpus=2}}]"]), ("batch.nodeOverrides", ["nodePropertyOverrides={targetNodes=0}"]),
    ("batch.eksPropertiesOverride", ["podProperties={containers=[{name=a,args=[x],resources={limits={cpu=1,memory=2Gi}}}]}"]), ("batch.eksPropertiesOverride", ["podProperties={containers=[{env=[{value=1}]}]}"]), ("batch.eksPropertiesOverride", ["podProperties={containers={name=a,args=x}}"]),
    ("batch.consumableResourcePropertiesOverride", ["consumableResourceList=[{consumableResource=a,quantity=2}]"]), ("batch.consumableResourcePropertiesOverride", ["consumableResourceList={consumableResource=a,quantity=2}"]),
    ("glue.Arguments", ["--a=b,--c=d"]), ("glue.Arguments", ['{"--a":"b"}']), ("glue.Arguments", ["--conf=spark.x=1"]), ("glue.Arguments", ["--a=1,2"]), ("glue.Arguments", ["file://a.json"], {"a.json": '{"--k": "v"}'}), ("glue.Arguments", ["file://a.json"], {"a.json": "[1]"}),
    ("glue.MaxCapacity", ["0.0625"]), ("glue.MaxCapacity", ["10"]), ("glue.MaxCapacity", ["1e2"]), ("glue.MaxCapacity", [".5"]), ("glue.MaxCapacity", ["5."]), ("glue.MaxCapacity", ["x"]), ("glue.MaxCapacity", ["nan"]), ("glue.MaxCapacity", ["-inf"]), ("glue.MaxCapacity", ["1e400"]), ("glue.MaxCapacity", ["1_0"]),
    ("glue.MaxCapacity", ["0x1p3"]), ("glue.MaxCapacity", [" +1.5E-3 "]), ("glue.Timeout", ["0"]), ("glue.Timeout", ["10"]), ("glue.NumberOfWorkers", ["2"]), ("glue.WorkerType", ["G.1X"]), ("glue.WorkerType", ["G.9X"]), ("glue.NotificationProperty", ["NotifyDelayAfter=5"]), ("glue.NotificationProperty", ["NotifyDelayAfter=0"]),
    ("glue.ExecutionClass", ["FLEX"]), ("glue.ExecutionClass", ["flex"]), ("glue.JobName", [""]), ("glue.JobName", ["j"]), ("glue.JobName", ["j" * 256]), ("glue", ['{"JobName":"j","Arguments":{"--a":"b"},"MaxCapacity":2,"JobRunQueuingEnabled":true}']), ("glue", ["{}"]), ("glue", ['{"JobName":"j","MaxCapacity":NaN}']),
    ("batch", ['{"jobName":"a","jobQueue":"q","jobDefinition":"d","propagateTags":"yes"}']), ("batch", ['{"jobName":"a","jobQueue":"q","jobDefinition":"d","propagateTags":true}']), ("batch", ["jobName=a,jobQueue=q,jobDefinition=d,propagateTags=TRUE,containerOverrides={command=[a]}"]),
    ("Texts", ["a", "b"]), ("Texts", ["a b", ""]), ("Texts", ['["a","b"]']), ("Texts", ["[a", "b"]), ("Texts", ["[a"]), ("Texts", []), ("Texts", ["a,b"]), ("Texts", ["file://l"], {"l": '["a"]'}), ("Texts", ["file://l"], {"l": "ab\n"}, "letters"), ("Texts", ["file://l", "file://m"], {"l": "x", "m": "y"}), ("Texts", ["{}"]),
    ("Ints", ["1", "2"]), ("Ints", ["1", "x"]), ("Ints", ["[1,2]"]), ("Ints", ["1,2"]), ("Doubles", ["1", "2.5"]), ("Two", ["a"]), ("Two", ["a", "b"]), ("Two", ["a", "b", "c", "d"]), ("Grid", ["[1]", "[2,3]"]), ("Grid", ["[[1],[2]]"]), ("Grid", ["[1]", "23"], None, "letters"), ("Grid", ["a=b"]),
    ("Word", ["ab"]), ("Word", ["a"]), ("Word", ["abcdef"]), ("Word", ["é😀"]), ("Color", ["red"]), ("Color", ["Red"]), ("Attempts", ["0"]), ("Attempts", ["10"]), ("Attempts", ["11"]), ("Long", ["9223372036854775807"]), ("Long", ["9223372036854775808"]), ("Long", ["-9223372036854775808"]),
    ("Outer", ["a=x,b=true"]), ("Outer", ["a=x,b=True"]), ("Outer", ["a=x,b=yes"]), ("Outer", ["a=x,b=1"]), ("Outer", ["a=x,b=true,false"]), ("Outer", ["b=true"]), ("Outer", ["a=x,bools=true"]), ("Outer", ["a=x,bools=true,false"]), ("Outer", ["a=x,ints=5"]), ("Outer", ["a=x,ints=5,6"]), ("Outer", ["a=x,ints=[5]"]), ("Outer", ["a=x,ints=5,y"]),
    ("Outer", ["a=x,inners={x=1,y=b}"]), ("Outer", ["a=x,inners={y=b}"]), ("Outer", ["a=x,inners={texts=b}"]), ("Outer", ["a=x,inners=[{x=1,flag=FALSE,texts=b,tags={k=v}}]"]), ("Outer", ["a=x,grid=[[1,2],[3]]"]), ("Outer", ["a=x,grid=[1,2]"]), ("Outer", ["a=x,grid=1"]), ("Outer", ["a=x,counts={k=1,l=2}"]), ("Outer", ["a=x,counts={k=z}"]),
    ("Outer", ["a=x,inner={tags={k=v,k=w}}"]), ("Outer", ["a=x,inner=y"]), ("Outer", ["a=x,inner={tags=v}"]), ("Outer", ["a=x,n=9223372036854775808"]), ("Outer", ["a=x,d=1e3"]), ("Outer", ["a=x,d=inf"]), ("Outer", ["a=x,d=[1]"]), ("Outer", ["a=x,attempts=0"]), ("Outer", ["a=x,attempts=11"]), ("Outer", ["a=x,word=a"]), ("Outer", ["a=x,two=a"]), ("Outer", ["a=x,color=blue"]),
    ("Outer", ['{"a":"x","d":1,"n":-5,"b":false,"tags":{},"inner":{"x":1}}']), ("Outer", ['{"a":"x","d":"1"}']), ("Outer", ['{"a":"x","b":"true"}']), ("Outer", ['{"a":"x","b":0}']), ("Outer", ['{"a":"x","d":true}']), ("Outer", ['{"a":"x"} y']), ("Outer", ['{"a":"\u0001"}']), ("Outer", ['{"a":"x","inner":[]}']), ("Outer", ['"a"']), ("Outer", ["a" + "=[" * 3 + "x" + "]" * 3]),
    ("Outer", ["a@=b,file://x=3"], {"x": "v"}), ("Outer", ["a@=[{b=c},file://x]"], {"x": "v"}), ("Outer", ["a=x,texts@=file://x,y"], {"x": "v,w"}), ("Outer", ["a@={b=file://x}"], {"x": "v"}), ("Outers", ["file://x"], {"x": "a=b"}), ("Outers", ["file://x"], {"x": '[{"a":"b"}]'}), ("Outers", ["file://x"], {"x": '{"a":"b"}'}),
    ("Outers", ["a=x,texts=y,z,n=1", "a=z,inner={x=2}"]), ("Lists", ["a=1,2,b=[3],c=4"]), ("Lists", ["a=1,2,b=[3],c=[4]"]), ("Lists", ["a=[],b="]),
]

LEAVES = ["a", "1", "-7", "true", "False", "x y", "a:b", "", "3.5", "N_TO_N", "GPU", "red", "'q,r'", '"s=t"', "'it\\'s'", "e\\,f", "ü", "*", " pad ", "x]", "f=g"]


def random_text(shape, rng, top=True):
    """Shorthand of a shape, now and then of the wrong form."""
    kind = shape.type_name
    if kind == "structure":
        names = rng.sample(sorted(shape.members), min(len(shape.members), rng.randint(1, 3)))
        names += [n for n in shape.required_members if n not in names and rng.random() < 0.9]
        text = ",".join(f"{n}{rng.choice(['=', '=', '=', ' = '])}{random_text(shape.members[n], rng, False)}" for n in names)
        return text if top else "{%s}" % text
    if kind == "map":
        text = ",".join(f"k{i}={random_text(shape.value, rng, False)}" for i in range(rng.randint(1, 3)))
        return text if top else "{%s}" % text
    if kind == "list":
        elements = [random_text(shape.member, rng, False) for _ in range(rng.randint(0, 3))]
        simple = shape.member.type_name not in ("structure", "map", "list")
        if simple and rng.random() < 0.5:
            return ",".join(elements)
        return elements[0] if elements and rng.random() < 0.2 else "[%s]" % rng.choice([",", ", "]).join(elements)
    if rng.random() < 0.15:
        return rng.choice(LEAVES)
    if kind in ("integer", "long"):
        return str(rng.randint(1, 12))
    if kind in ("double", "float"):
        return rng.choice(["1", "2.5", "1e3"])
    if kind == "boolean":
        return rng.choice(["true", "false", "TRUE"])
    if shape.enum:
        return rng.choice(shape.enum)
    return rng.choice(LEAVES)


def random_json(shape, rng):
    """A value of a shape, now and then of another type or with something too much."""
    kind = shape.type_name
    if rng.random() < 0.06:
        return rng.choice([None, True, 0, 1.5, 1e3, "", "x", "7", [], {}, ["x"], {"x": 1}])
    if kind == "structure":
        names = [n for n in shape.members if n in shape.required_members and rng.random() < 0.97 or rng.random() < 0.4]
        value = {n: random_json(shape.members[n], rng) for n in names}
        return {**value, "more": 1} if rng.random() < 0.02 else value
    if kind == "map":
        return {f"k {i}": random_json(shape.value, rng) for i in range(rng.randint(0, 2))}
    if kind == "list":
        return [random_json(shape.member, rng) for _ in range(rng.randint(0, 2))]
    if kind in ("integer", "long"):
        return rng.randint(1, 12)
    if kind in ("double", "float"):
        return rng.choice([1, 2.5, 1e30])
    if kind == "boolean":
        return rng.random() < 0.5
    return rng.choice(list(shape.enum) or ["abc", "a\"b", "\u00fc\n"])


def random_cases(found, rng, count):
    # Without Grid, whose words the CLI takes apart into letters.
    names = [n for n, s in found.items() if n != "Grid" and s.type_name in ("structure", "list", "map") and argprocess._is_complex_shape(s)]
    for i in range(count):
        name = rng.choice(names)
        shape = found[name]
        words = [random_text(shape.member if shape.type_name == "list" else shape, rng) for _ in range(rng.randint(1, 2) if shape.type_name == "list" else 1)]
        if i % 3 == 0:
            w = rng.randrange(len(words))
            for _ in range(rng.randint(1, 2)):
                at = rng.randint(0, len(words[w]))
                words[w] = words[w][:at] + rng.choice(["", ",", "=", "[", "]", "{", "}", "'", '"', "\\", " ", "x"]) + words[w][at + rng.randint(0, 1):]
        yield name, words
    for _ in range(count // 4):
        name = rng.choice(names)
        yield name, [json.dumps(random_json(found[name], rng))]


def main():
    found = shapes()
    seed, count = (int(a) for a in sys.argv[1:3]) if len(sys.argv) > 2 else (20261121, 700)
    cases = [case(found, *hand) for hand in HAND]
    cases += [case(found, *generated) for generated in random_cases(found, random.Random(seed), count)]
    used = {c["shape"] for c in cases}
    out = pathlib.Path(__file__).with_name("shorthand.json")
    with out.open("w") as f:
        f.write('{"cli": %s,\n"deviations": ' % json.dumps("aws-cli/" + awscli.__version__) + json.dumps(DEVIATIONS, indent=1) + ',\n"shapes": {\n')
        f.write(",\n".join(f"{json.dumps(n)}: {json.dumps(described(found[n]))}" for n in sorted(used)))
        f.write('},\n"cases": [\n' + ",\n".join(json.dumps(c, ensure_ascii=True, allow_nan=False) for c in cases) + "\n]}\n")
    print(len(cases), "cases,", sum("error" in c for c in cases), "errors,", sum("deviation" in c for c in cases), "deviations")


if __name__ == "__main__":
    main()
