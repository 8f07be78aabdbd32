extension BuiltIn {
    /// How a process ended, and what the scheduler says.
    static let endings = #"""
[EXIT_137] Killed (exit 137), no reason given
rank 6
action manual
veto memory
code 137
cause The process was killed with SIGKILL; mostly for memory, else by a timeout or with its host.
fix Compare peak memory with the limit; else a timeout's kill 30 s after SIGTERM, or the host. Look for the reason before a retry.
impact The work stopped in the middle.
next Compare peak memory with the limit.
next Look whether a timeout or the host ended it.
any {exit,exit code,exit status,exitcode,exited with,exited with code,exited with status,exited with exit code,return code,returned exit code,rc,status}{ ,:,: ,=, = }137
any exit status (137)
any Exit code is 137
any ^Killed$
any line #: # Killed
any line #: * Killed *
any signal: killed
any signal 9
any SIGKILL
any died with <Signals.SIGKILL: 9>

[EXIT_139] Segmentation fault (exit 139)
rank 5
action manual
code 139
cause The process crashed in native code.
fix A library or the input: keep the core, compare image versions, do not repeat.
impact The work stopped in the middle.
next Compare the image's libraries with the last good run.
next Keep the core and the input for the developers.
any {exit,exit code,exit status,exitcode,exited with,exited with code,exited with status,exited with exit code,return code,returned exit code,rc,status}{ ,:,: ,=, = }139
any exit status (139)
any Exit code is 139
any Segmentation fault
any SIGSEGV
any segfault at
any signal 11
any Fatal Python error: Segmentation fault
any SIGBUS
any Bus error

[EXIT_143] Ended by SIGTERM (exit 143)
rank 6
action delayed
code 143
cause Something asked the process to end (SIGTERM): a timeout, a person, a deployment, its host.
fix Find who stopped it; retry if it was the host.
impact The work stopped in the middle.
next Find what stopped it: timeout, person, deployment, host.
next Restart when that is known.
any {exit,exit code,exit status,exitcode,exited with,exited with code,exited with status,exited with exit code,return code,returned exit code,rc,status}{ ,:,: ,=, = }143
any exit status (143)
any Exit code is 143
any received signal 15
any signal 15
any received SIGTERM
any caught SIGTERM
any got SIGTERM
any SIGTERM
any RECEIVED SIGNAL TERM
any signal: terminated
any ^Terminated$

[EXIT_126_127] Command not found or not executable (exit 126, 127)
rank 2
action manual
code 126 127
cause The command cannot be run: it is missing, not executable, or of another architecture.
fix Correct command, PATH, permissions or the architecture of the image.
impact Nothing was done.
next Check command and PATH in the image; chmod +x; the image's architecture.
any {exit,exit code,exit status,exitcode,exited with,exited with code,exited with status,exited with exit code,return code,returned exit code,rc,status}{ ,:,: ,=, = }12{6,7}
any exit status (12{6,7})
any Exit code is 12{6,7}
any command not found
any sh: *: not found
any sh: # : *: not found
any exec format error
any exec: "*": executable file not found in
any executable file not found in $PATH
any exec: "*": permission denied
any exec: "*": stat * no such file
any exec user process caused
any bad interpreter
any /usr/bin/env: '*': No such file
any /usr/bin/env: *: No such file
any /bin/{sh,bash}: *: Permission denied
any /bin/{sh,bash}: *: Is a directory
any /bin/{sh,bash}: *: No such file or directory
any {sh,bash}: *: Permission denied
any {sh,bash}: line #: *: Permission denied
any {sh,bash}: line #: *: No such file or directory
any cannot execute binary file
any cannot execute: required file not found
any : Permission denied*exec
any is not recognized as an internal or external command

[AUTOSYS_AGENT] AutoSys and its agent do not reach each other
rank 2
action verify_first
cause The AutoSys server and the agent do not reach each other.
fix The job may be running on the agent: check before FORCE_STARTJOB.
impact What the job does is not known to AutoSys.
next Check on the agent's host whether the job runs (ps, cybAgent).
next autoping the machine; force-start only when nothing runs.
any CAUAJM_E_#
any machine * is {offline,missing}
any machine * {offline,missing}
any status: PEND_MACH
any PEND_MACH
any AutoPing * {failed,ERROR}
any cannot contact agent
any Agent * {not responding,unreachable,is down}

[AUTOSYS_TERM] Terminated by AutoSys
rank 1
action manual
cause AutoSys ended the job: its run-time limit, or an operator.
fix Compare with avg_runtime; raise term_run_time or find what it waited for.
impact The work stopped in the middle.
next Look in the event log who or what killed it.
next Compare the duration with earlier runs.
any STATUS: TERMINATED
any term_run_time exceeded
any term_run_time * exceeded
any exceeded term_run_time
any EVENT: KILLJOB
any JOB_TERMINATED by term_run_time
any TERMINATED by {term_run_time,sendevent,KILLJOB}
"""#
}
