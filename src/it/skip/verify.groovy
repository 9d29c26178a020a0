String log = new File(basedir, "build.log").text

["prepare-dataset", "fine-tune", "evaluate"].each {
    assert log.count(it + ": skipped") == 2 : it
}
assert !new File(basedir, "target/sdtune").exists()
return true
