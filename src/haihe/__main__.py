from haihe.cli import main

main(prog_name="haihe")
