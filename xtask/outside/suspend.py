"""Suspends the lines of a CSV file, as a plain script does it: ten threads, a session for each, no journal."""

import csv
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

BASE, SOURCE, RESULTS = sys.argv[1:4]
LOOK = "--look" in sys.argv
SERVICE = BASE + "/sp/mobility/lineconfig/api/v1/service/"
CREDENTIALS = {"app-id": "sandbox", "app-secret": "sandbox"}

of_thread = threading.local()


def session():
    if not hasattr(of_thread, "session"):
        of_thread.session = requests.Session()
        of_thread.session.headers.update(CREDENTIALS)
    return of_thread.session


def suspend(row):
    try:
        if LOOK:
            before = session().get(SERVICE + row["number"], timeout=60)
            before.raise_for_status()
            before.json()
        answer = session().patch(
            SERVICE + row["number"], json={"mode": "S", "reasonCode": row["reason"]}, timeout=60
        )
        if answer.ok:
            return row["number"], "done", answer.json().get("status", "")
        return row["number"], "failed", answer.text
    except requests.RequestException as error:
        return row["number"], "unknown", str(error)


def main():
    cpu, wall = time.process_time(), time.monotonic()
    rows = done = 0
    with open(SOURCE, newline="") as source, open(RESULTS, "w", newline="") as results:
        writer = csv.writer(results)
        writer.writerow(["number", "verdict", "detail"])
        with ThreadPoolExecutor(10) as pool:
            for number, verdict, detail in pool.map(suspend, csv.DictReader(source)):
                writer.writerow([number, verdict, detail])
                rows += 1
                done += verdict == "done"
    cost = {"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}
    print(json.dumps({"rows": rows, "done": done, **cost, "peak_kib": 0}))


main()
