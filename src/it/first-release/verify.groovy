String log = new File(basedir, "build.log").text

assert log =~ /\[WARNING\] NO BASELINE: 1 of 1 gate could not check for a regression/

def tuned = new groovy.json.JsonSlurper().parse(new File(basedir, "target/sdtune/metrics.json")).tuned
assert tuned["generated.kid"].sample == 4
assert tuned["generated.diversity"].value > 0

File page = new File(basedir, "target/site/sdtune.html")
assert page.bytes == new File(basedir, "target/sdtune/report.html").bytes
assert new File(basedir, "target/site/project-reports.html").text.contains('href="sdtune.html"')
return true
