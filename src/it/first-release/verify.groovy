String log = new File(basedir, "build.log").text

assert log =~ /\[WARNING\] NO BASELINE: 1 of 1 gate could not check for a regression/

def tuned = new groovy.json.JsonSlurper().parse(new File(basedir, "target/sdtune/metrics.json")).tuned
assert tuned["generated.kid"].sample == 4
assert tuned["generated.diversity"].value > 0
return true
