String log = new File(basedir, "build.log").text

assert log.contains("NO BASELINE")
String second = log.substring(log.indexOf("Building regression 1.1"))
assert second =~ /Failed to execute goal .*:evaluate .*validation\.loss.*1\.0/
assert second.contains("1 of 1 gate failed")
return true
