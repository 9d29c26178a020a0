String log = new File(basedir, "build.log").text

assert log.contains("<configuration>: found <gatse>, which no goal knows; did you mean <gates>?")
assert log.contains("<training>: found <batchsize>, which is unknown there; did you mean <batchSize>?")
assert log.contains("<training><rank>: found big, expected a whole number")
assert !log.contains("\tat ")
assert !new File(basedir, "target/sdtune").exists()
return true
