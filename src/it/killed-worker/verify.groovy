String log = new File(basedir, "build.log").text

String[] builds = log.split("Building killed-worker")
assert builds.length == 4
String first = builds[1]
String second = builds[2]
String third = builds[3]

assert first.contains("the worker was killed (exit code 137)")
assert first.contains("worker/fine-tune/worker.log")
assert !first.contains("\tat ")

assert second.contains("goes on after step 40, from the last checkpoint")
assert !second.contains("BUILD")

// The worker of the Maven that was killed has saved where it was.
def resumed = (third =~ /goes on after step (\d+), from the last checkpoint/)
assert resumed.find()
assert resumed.group(1).toInteger() >= 80
assert new File(basedir, "target/sdtune/checkpoints/step-200/manifest.json").exists()
assert third.contains("The gate passed")
return true
