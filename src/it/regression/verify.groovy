String log = new File(basedir, "build.log").text

assert log.contains("NO BASELINE")
String second = log.substring(log.indexOf("Building regression 1.1"))
assert second =~ /Failed to execute goal .*:evaluate .*validation\.loss.*1\.0/
assert second.contains("1 of 1 gate failed")
assert second.contains("to release it all the same: mvn sdtune:accept")

String third = log.substring(log.indexOf("Building regression 1.2"), log.indexOf("Building regression 1.2", log.indexOf("Building regression 1.2") + 1))
assert third =~ /cannot be compared with 1\.0: .*timesteps \(2 there, 3 now\)/
assert third.contains("mvn sdtune:rebaseline measures that release again")

int proposing = log.lastIndexOf("Building regression 1.2")
String fourth = log.substring(log.indexOf("rebaseline (default-cli)"), proposing)
assert fourth.contains("compares with 1.0 as rebaseline has measured it again")
assert !fourth.contains("step 1 of 12")
assert fourth =~ /validation\.loss +lower .* PASS/

// The same weights under three seeds: no training, and not always the same loss.
String fifth = log.substring(proposing)
assert !fifth.contains("step 1 of 12")
assert fifth =~ /validation\.loss +[0-9.]+ +[0-9.]+ +0\.0*[1-9]/
assert fifth.contains("<maxRegression>")

// The report of goal 4 shows the release's samples, as they were drawn again.
assert new File(basedir, "target/sdtune/report.html").text.contains('<span class="label">1.0</span>')
return true
