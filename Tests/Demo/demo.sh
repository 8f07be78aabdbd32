#!/usr/bin/env bash
# Shows what an AutoSys command job sees when awsjob runs Step Functions executions and AWS Batch jobs for it: success,
# failure, a repeated start, two kinds of kill, the logs of the work, and the history of it all. AWS is played on 127.0.0.1
# by moto, with signatures and iam/stepfunctions.json enforced, and where Batch is needed by Tests/Servers/scripted_aws.py.
#
#     Tests/Demo/demo.sh AWSJOB_BINARY PYTHON
#
# PYTHON has Tests/Servers/requirements.txt installed. Takes about three quarters of a minute. Exits 0 only when every exit
# code and every status in AWS was as expected.
set -euo pipefail

if (( $# != 2 )); then
    echo "usage: $0 AWSJOB_BINARY PYTHON" >&2
    exit 2
fi
awsjob=$1
python=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Nothing of the caller's AWS or awsjob set-up has a say, nor a proxy.
for name in $(compgen -e AWS); do
    unset "$name"
done
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export no_proxy=127.0.0.1 NO_PROXY=127.0.0.1

AWSJOB_STATE_DIR=$(mktemp -d)
export AWSJOB_STATE_DIR

job=         # process group of the job in the background, while there is one
differences=()

end_server() {
    if [[ -n ${server_PID:-} ]]; then
        exec {server[1]}>&-  # the server ends with its standard input
        wait "$server_PID" || true
    fi
}

finish() {
    if [[ -n $job ]]; then
        kill -KILL -- "-$job" || true
    fi
    end_server
    rm -rf "$AWSJOB_STATE_DIR"
}
trap finish EXIT

title() {
    printf '\n== %s\n' "$1"
}

note() {
    printf '%s\n' "$@"
}

# Prints a command line the way one would type it.
show() {
    local word line='$'
    for word in "$@"; do
        [[ $word =~ ^[A-Za-z0-9_./:=,@+-]+$ ]] || word="'$word'"
        line+=" $word"
    done
    note "$line"
}

# Shows and runs a command; its exit code is then in `code`.
run() {
    show "$@"
    code=0
    "$@" || code=$?
    note "exit code $code"
}

expect() {
    local what=$1 expected=$2 actual=$3
    if [[ $actual != "$expected" ]]; then
        differences+=("$what: expected $expected, got $actual")
    fi
}

# Sets `command` to what a job definition says, and `name` to the name of the run in AWS: it follows from AutoSys'
# variables alone. Arguments: AUTO_JOB_NAME, AUTORUN (RUN/TRY), awsjob's command and options.
define_job() {
    local job_name=$1 autorun=$2 hash
    command=(env AUTOSERV=ACE "AUTO_JOB_NAME=$job_name" "AUTORUN=$autorun" "$awsjob" "${@:3}"
        --endpoint-url "$endpoint" --region "$region" --poll-interval 1s)
    hash=$(printf '%s\0%s\0%s' ACE "$job_name" "$autorun" | sha256sum)
    name=$job_name-${autorun/\//-}-${hash:0:8}
}

# The same for an execution, whose ARN is then in `execution`. Arguments: state machine ARN, AUTORUN.
define_execution() {
    local machine=$1 autorun=$2
    define_job payroll_nightly "$autorun" stepfunctions --state-machine-arn "$machine" --input '{"period":"2026-11"}'
    execution=${machine/:stateMachine:/:execution:}:$name
}

# Starts `command` as the agent does: in the background, in a process group of its own.
start_in_background() {
    show "${command[@]}"
    setsid "${command[@]}" &
    job=$!
}

# Kills the job's process group; the job's exit code is then in `code`.
kill_job() {
    local signal=$1
    note "\$ kill -$signal -- -$job"
    kill "-$signal" -- "-$job" || true  # it may have ended by itself: then the exit code tells
    code=0
    wait "$job" 2>/dev/null || code=$?
    job=
    note "exit code $code"
}

describe='import sys, boto3
states = boto3.client("stepfunctions", endpoint_url=sys.argv[1], region_name=sys.argv[2])
answer = states.describe_execution(executionArn=sys.argv[3])
print(answer["status"], "started", answer["startDate"].isoformat())'

# Asks AWS without awsjob. The answer, "STATUS started TIME", is then in `answer`.
check_aws() {
    answer=$("$python" -c "$describe" "$endpoint" "$region" "$execution") || answer=unknown
    note "boto3 describe_execution ${execution##*:}: $answer"
}

list='import sys, boto3
batch = boto3.client("batch", endpoint_url=sys.argv[1], region_name=sys.argv[2])
answer = batch.list_jobs(jobQueue="payroll", filters=[{"name": "JOB_NAME", "values": [sys.argv[3]]}])
print(*(job["status"] + " " + job["jobId"] for job in answer["jobSummaryList"]), sep=", ")'

# The same for Batch jobs. The answer has "STATUS ID" of each job that was submitted under the run's name.
check_batch() {
    answer=$("$python" -c "$list" "$endpoint" "$region" "$name") || answer=unknown
    note "boto3 list_jobs $name: $answer"
}

put='import sys, urllib.request
with open(sys.argv[2], "rb") as walk:
    urllib.request.urlopen(urllib.request.Request(sys.argv[1], walk.read(), method="PUT")).close()'

# Tells the scripted server what a piece of work does. Arguments: kind/NAME, file beside this one.
script_work() {
    "$python" -c "$put" "$endpoint/_control/$1" "$here/$2"
}

coproc server {
    exec "$python" "$here/../Servers/moto_aws.py" --policy "$here/../../iam/stepfunctions.json" \
        --machine "payroll=$here/payroll.asl.json" \
        --machine "payroll-fails=$here/payroll-fails.asl.json" \
        --machine "payroll-long=$here/payroll-long.asl.json"
}
if ! read -r facts <&"${server[0]}"; then
    echo "moto_aws.py did not start" >&2
    exit 1
fi
mapfile -t facts < <("$python" -c 'import json, sys
facts = json.load(sys.stdin)
print(*(facts[key] for key in ("endpoint", "region", "access_key", "secret_key", "session_token")), sep="\n")
print(*(facts["machines"][name] for name in ("payroll", "payroll-fails", "payroll-long")), sep="\n")' <<<"$facts")
endpoint=${facts[0]} region=${facts[1]}
export AWS_ACCESS_KEY_ID=${facts[2]} AWS_SECRET_ACCESS_KEY=${facts[3]} AWS_SESSION_TOKEN=${facts[4]}
payroll=${facts[5]} payroll_fails=${facts[6]} payroll_long=${facts[7]}

note "AWS is played by moto at $endpoint. The keys in the environment are temporary keys of a role" \
    "that may do what iam/stepfunctions.json allows. AutoSys sets AUTOSERV (instance), AUTO_JOB_NAME and AUTORUN" \
    "(run/try) for each job; here they stand before the command."

title "a. A run that succeeds"
note "The command starts the execution, prints what happens in it and ends with it. AutoSys sees exit code 0."
define_execution "$payroll" 197/1
run "${command[@]}"
expect "a. exit code" 0 "$code"
check_aws
expect "a. status in AWS" SUCCEEDED "${answer%% *}"
first_answer=$answer

title "b. The same run and try once more"
note "As after a restarted agent. This work is done already: its outcome is reported and nothing is started." \
    "The execution in AWS is still the one of before, with the same start time."
run "${command[@]}"
expect "b. exit code" 0 "$code"
check_aws
expect "b. execution in AWS" "$first_answer" "$answer"

title "c. A run that fails"
note "A state in one branch of CalculatePay fails. The command says which one and why; AutoSys sees exit code 1."
define_execution "$payroll_fails" 198/1
run "${command[@]}"
expect "c. exit code" 1 "$code"
check_aws
expect "c. status in AWS" FAILED "${answer%% *}"

title "d. A run that is killed with SIGTERM"
note "The execution would wait two minutes. After 3 s the job is killed: the command stops the execution first," \
    "then dies of the signal, so that AutoSys sees a kill and no exit code (bash shows it as 128 + 15 = 143)."
define_execution "$payroll_long" 199/1
start_in_background
sleep 3
kill_job TERM
expect "d. exit code" 143 "$code"
check_aws
expect "d. status in AWS" ABORTED "${answer%% *}"

title "e. A run that is killed with SIGKILL"
note "The command gets no chance to act: its guardian, outside the job's process group, stops the execution." \
    "Bash shows the kill as 128 + 9 = 137."
define_execution "$payroll_long" 200/1
start_in_background
sleep 3
killed=$(date +%s%3N)
kill_job KILL
expect "e. exit code" 137 "$code"
for (( asked = 0; asked < 30; asked++ )); do
    check_aws
    [[ $answer == RUNNING* ]] || break
    sleep 0.5
done
note "seen $(( $(date +%s%3N) - killed )) ms after the kill"
expect "e. status in AWS" ABORTED "${answer%% *}"

title "f. What is left in AWS without anybody to watch it"
note "After the kills there is no execution left that runs without its command."
run "$awsjob" orphans --endpoint-url "$endpoint" --region "$region"
expect "f. exit code" 0 "$code"

end_server
access_key=AKIADEMO
export AWS_ACCESS_KEY_ID=$access_key AWS_SECRET_ACCESS_KEY=demo-secret
unset AWS_SESSION_TOKEN
coproc server {
    exec "$python" "$here/../Servers/scripted_aws.py" --verify "$access_key=$AWS_SECRET_ACCESS_KEY"
}
if ! read -r _ port <&"${server[0]}"; then
    echo "scripted_aws.py did not start" >&2
    exit 1
fi
endpoint=http://127.0.0.1:$port
script_work job-definitions/payroll-regions payroll-regions.walk.json
script_work job-definitions/payslips payslips.walk.json
script_work machines/payroll-payslips payroll-payslips.walk.json

title "g. An AWS Batch job of five children, one of which fails"
note "From here on AWS is played by Tests/Servers/scripted_aws.py, our own server, which checks signatures too: the Batch" \
    "of moto, without Docker, has no logs, exit codes or retries." \
    "Each child of the array pays one region. Child 3 runs out of memory, is tried again by AWS Batch, and fails with" \
    "exit code 7, which becomes the command's. Lines of a child's log begin with its label. Each line has the time of what" \
    "it tells, and stands where AWS showed it. CloudWatch shows lines late: the command waits for more until 10 s after the end."
define_job payroll_regions 201/1 batch --job-queue payroll --job-definition payroll-regions \
    --array-properties size=5 --retry-strategy attempts=2
run "${command[@]}"
expect "g. exit code" 7 "$code"
check_batch
expect "g. status in AWS" FAILED "${answer%% *}"
first_answer=$answer

title "h. The same run and try once more"
note "As in b.: the logs and the outcome of the job that has run are reported, and no second job is submitted: AWS shows" \
    "one job of that name, with the id of before."
run "${command[@]}"
expect "h. exit code" 7 "$code"
check_batch
expect "h. jobs in AWS" "$first_answer" "$answer"

title "i. An execution that runs a Batch job"
note "The state PrintPayslips starts a Batch job and waits for it. The job's log stands among the states, labelled with" \
    "the name of its state."
define_execution "arn:aws:states:$region:123456789012:stateMachine:payroll-payslips" 202/1
run "${command[@]}"
expect "i. exit code" 0 "$code"
check_aws
expect "i. status in AWS" SUCCEEDED "${answer%% *}"

title "j. Any command under the same record"
note "awsjob exec runs a local command as the job: its output passes through, its exit code is the job's."
show env AUTOSERV=ACE AUTO_JOB_NAME=payroll_archive AUTORUN=203/1 "$awsjob" exec -- sh -c 'echo 12 files archived; exit 3'
code=0
env AUTOSERV=ACE AUTO_JOB_NAME=payroll_archive AUTORUN=203/1 "$awsjob" exec -- sh -c 'echo 12 files archived; exit 3' || code=$?
note "exit code $code"
expect "j. exit code" 3 "$code"

title "k. How the jobs went"
note "Every run is remembered, newest first: also the one whose runner was killed, and what its guardian did."
run "$awsjob" history
expect "k. exit code" 0 "$code"
runs=$("$awsjob" history --json | "$python" -c 'import json, sys
print(*(run["run_text"] + "=" + run["outcome"] for run in json.load(sys.stdin)))')
expect "k. runs" "payroll_archive:203/1=failed payroll_nightly:202/1=succeeded payroll_regions:201/1=failed payroll_nightly:200/1=died \
payroll_nightly:199/1=killed payroll_nightly:198/1=failed payroll_nightly:197/1=succeeded" "$runs"
note "" "One of them, with everything that it printed about itself:"
run "$awsjob" history show payroll_nightly:200
expect "k. exit code of show" 0 "$code"

title "Summary"
if (( ${#differences[@]} > 0 )); then
    note "not as expected:" "${differences[@]/#/  }"
    exit 1
fi
note "Every exit code and every status in AWS was as expected."
