String log = new File(basedir, "build.log").text

String report = new File(basedir, "target/sdtune/report.html").path
assert log =~ /Failed to execute goal .*:evaluate .*validation\.loss.*0\.001/
assert log.contains(report)
assert new File(report).size() > 0
assert new File(basedir, "target/sdtune/junit/TEST-sdtune.gates.xml").text.contains("<failure")
assert log.contains("1 of 2 gates failed")
assert !log.contains("\tat ")
assert !new File(localRepositoryPath, "io/github/sdtune/it/gate-fails/1.0").exists()
return true
