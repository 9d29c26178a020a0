String log = new File(basedir, "build.log").text

int again = log.lastIndexOf("Building killed-worker")
String first = log.substring(0, again)
String second = log.substring(again)

assert first.contains("the worker was killed (exit code 137)")
assert first.contains("worker/fine-tune/worker.log")
assert !first.contains("\tat ")
assert second.contains("goes on after step 40, from the last checkpoint")
assert second.contains("step 80 of 80")
assert second.contains("The gate passed")
return true
