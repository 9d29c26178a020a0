String log = new File(basedir, "build.log").text

["missing.png", "outside.png", "truncated.png", "bomb.png", "duplicate.png", "red-square.png", "metadata.jsonl:3"].each {
    assert log.contains(it) : it
}
assert !log.contains("\tat ")
assert !new File(basedir, "target/sdtune/weights").exists()
return true
