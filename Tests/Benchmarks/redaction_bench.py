"""Compares `awsjob redact` with detect-secrets: what is masked, what stays, and how fast.

    python redaction_bench.py --awsjob PATH [--part later|once|tune] [--seed N] [--megabytes N]

The lines are those of redaction_corpus.py. Recall: of the texts with secrets, those of which no secret is left (no 12
bytes of it, or all of it when it is shorter). Diagnosis: of the words that tell what failed, those that are still there.
Clean: of the lines without secrets, those that came out as they were. detect-secrets only finds; its findings are cut
out of the line here: `file` are its plugins as for a file, `line` its ad-hoc scan of every word. Wants detect-secrets
1.5.0 (requirements.txt beside this file). Exit 0 whatever the figures, 1 when something could not be run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import redaction_corpus

WINDOW = 12
MARK = "#### case "


def awsjob(path, texts):
    """The texts as `awsjob redact` shows them, in one run: a mark stands before each."""
    log = "".join(f"{MARK}{index}\n{text}\n" for index, text in enumerate(texts))
    shown = subprocess.run([path, "redact"], input=log.encode(), stdout=subprocess.PIPE, env={"PATH": os.environ["PATH"]}, check=True).stdout.decode()
    return [part.split("\n", 1)[1].removesuffix("\n") for part in shown.split(MARK)[1:]]


def detect_secrets(texts, every_word):
    from detect_secrets.core import scan
    from detect_secrets.settings import default_settings

    def cut(text, findings):
        for value in sorted({finding.secret_value for finding in findings if finding.secret_value}, key=len, reverse=True):
            text = text.replace(value, "<>")
        return text

    with default_settings():
        if every_word:
            return ["\n".join(cut(line, scan.scan_line(line)) for line in text.split("\n")) for text in texts]
        shown = []
        with tempfile.TemporaryDirectory() as folder:
            for index, text in enumerate(texts):
                path = os.path.join(folder, f"{index}.log")
                with open(path, "w") as file:
                    file.write(text + "\n")
                shown.append(cut(text, scan.scan_file(path)))
        return shown


def is_left(secret, text):
    if len(secret) <= WINDOW:
        return secret in text
    return any(secret[at : at + WINDOW] in text for at in range(len(secret) - WINDOW + 1))


def figures(cases, shown):
    secret = [(case, text) for case, text in zip(cases, shown) if case["secrets"]]
    clean = [(case, text) for case, text in zip(cases, shown) if not case["secrets"]]
    words = [(word, text) for case, text in secret for word in case["keep"]]
    masked = sum(not any(is_left(s, text) for s in case["secrets"]) for case, text in secret)
    touched = sum(text != case["text"] for case, text in zip(cases, shown))
    same = sum(text == case["text"] for case, text in clean)
    changed_with_secret = sum(text != case["text"] for case, text in secret)
    return masked / len(secret), sum(word in text for word, text in words) / len(words), same / len(clean), changed_with_secret / max(1, touched)


def mixed_log(megabytes):
    """Lines as a batch job logs them, one in twenty of them with a secret."""
    cases = list(redaction_corpus.cases("tune"))
    clean = [case["text"] for case in cases if not case["secrets"]]
    secret = [case["text"] for case in cases if case["secrets"]]
    random = redaction_corpus.Maker("rate").random
    lines, size = [], 0
    while size < megabytes * 1_000_000:
        lines.append(random.choice(secret if random.random() < 0.05 else clean))
        size += len(lines[-1]) + 1
    return "\n".join(lines).encode() + b"\n"


def rate(path, log):
    """Megabytes a second of CPU, best of three."""
    best = 0
    for _ in range(3):
        began = os.times()
        subprocess.run([path, "redact"], input=log, stdout=subprocess.DEVNULL, check=True)
        ended = os.times()
        best = max(best, len(log) / 1e6 / (ended.children_user - began.children_user + ended.children_system - began.children_system))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--awsjob", required=True)
    parser.add_argument("--part", choices=("later", "once", "tune"), default="later")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--megabytes", type=int, default=30)
    options = parser.parse_args()
    cases = list(redaction_corpus.cases(options.part, options.seed))
    texts = [case["text"] for case in cases]
    print(f"{len(cases)} texts of {len({case['kind'] for case in cases})} kinds, part '{options.part}', seed {options.seed}")
    print(f"{'':22}{'recall':>8}{'diagnosis':>11}{'clean':>8}{'precision':>11}{'MB/s':>9}")
    rows = [("awsjob redact", awsjob(options.awsjob, texts), rate(options.awsjob, mixed_log(options.megabytes)))]
    for name, every_word in (("detect-secrets, file", False), ("detect-secrets, line", True)):
        began = time.process_time()
        shown = detect_secrets(texts, every_word)
        rows.append((name, shown, sum(map(len, texts)) / 1e6 / (time.process_time() - began)))
    for name, shown, speed in rows:
        recall, diagnosis, clean, precision = figures(cases, shown)
        print(f"{name:22}{recall:8.3f}{diagnosis:11.3f}{clean:8.3f}{precision:11.3f}{speed:9.2f}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ImportError, subprocess.CalledProcessError) as error:
        sys.exit(f"redaction_bench: {error}")
