// The shell makes the folders: in the locale "C" Java itself cannot write their names.
def script = '''
set -e
i=0
for name in "model one" "$(printf 'm\\303\\266d\\303\\250l-iki')" three; do
  i=$((i + 1))
  cp -r model "$name"
  sed -i "s/model-name/model-$i/" "$name/pom.xml"
done
'''
def process = ["bash", "-c", script].execute(null, basedir)
process.consumeProcessOutput(System.out, System.err)
assert process.waitFor() == 0
return true
